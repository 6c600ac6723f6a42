package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// defaulter sets the tier.
func defaulter(decoder admission.Decoder) admission.HandlerFunc {
	return func(_ context.Context, request admission.Request) admission.Response {
		var site Site
		if err := decoder.Decode(request, &site); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		if site.Spec.Tier == "" {
			site.Spec.Tier = "set by the webhook"
		}
		changed, err := json.Marshal(&site)
		if err != nil {
			return admission.Errored(http.StatusInternalServerError, err)
		}
		return admission.PatchResponseFromRaw(request.Object.Raw, changed)
	}
}

// validator refuses the tier "forbidden", and changes of the tier; it warns of many replicas.
func validator(decoder admission.Decoder) admission.HandlerFunc {
	return func(_ context.Context, request admission.Request) admission.Response {
		var site, old Site
		if err := decoder.Decode(request, &site); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		if site.Spec.Tier == "forbidden" {
			return admission.Denied("this tier is forbidden")
		}
		if len(request.OldObject.Raw) > 0 {
			if err := decoder.DecodeRaw(request.OldObject, &old); err != nil {
				return admission.Errored(http.StatusBadRequest, err)
			}
			if old.Spec.Tier != site.Spec.Tier && site.DeletionTimestamp.IsZero() {
				return admission.Denied(fmt.Sprintf("%s may not change the tier", request.UserInfo.Username))
			}
		}
		allowed := admission.Allowed("")
		if site.Spec.Replicas > 50 {
			return allowed.WithWarnings("these are many replicas")
		}
		return allowed
	}
}

// serving makes the keys of the webhook server for the address that the API server calls.
func serving(directory, address string) (authority []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "webhook"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.ParseIP(address)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	authority = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(filepath.Join(directory, "tls.crt"), authority, 0o600); err != nil {
		return nil, err
	}
	return authority, os.WriteFile(filepath.Join(directory, "tls.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600)
}

// configurations have the API server call the process itself for Sites of this run.
func configurations(group, base string, authority []byte) []client.Object {
	rules := []admissionv1.RuleWithOperations{{
		Operations: []admissionv1.OperationType{admissionv1.Create, admissionv1.Update},
		Rule:       admissionv1.Rule{APIGroups: []string{group}, APIVersions: []string{"v1"}, Resources: []string{"sites"}},
	}}
	calling := func(path string) admissionv1.WebhookClientConfig {
		return admissionv1.WebhookClientConfig{URL: ptr.To(base + path), CABundle: authority}
	}
	name := metav1.ObjectMeta{Name: group}
	return []client.Object{
		&admissionv1.MutatingWebhookConfiguration{ObjectMeta: name, Webhooks: []admissionv1.MutatingWebhook{{
			Name: "default." + group, ClientConfig: calling("/default"), Rules: rules,
			SideEffects: ptr.To(admissionv1.SideEffectClassNone), AdmissionReviewVersions: []string{"v1"},
		}}},
		&admissionv1.ValidatingWebhookConfiguration{ObjectMeta: name, Webhooks: []admissionv1.ValidatingWebhook{{
			Name: "validate." + group, ClientConfig: calling("/validate"), Rules: rules,
			SideEffects: ptr.To(admissionv1.SideEffectClassNone), AdmissionReviewVersions: []string{"v1"},
			MatchConditions: []admissionv1.MatchCondition{{Name: "not-by-node", Expression: `!("system:nodes" in request.userInfo.groups)`}},
		}}},
	}
}

func serve(server webhook.Server, decoder admission.Decoder) {
	server.Register("/default", &webhook.Admission{Handler: defaulter(decoder)})
	server.Register("/validate", &webhook.Admission{Handler: validator(decoder)})
}
