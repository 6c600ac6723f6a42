package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"

	"dormice.dev/conformance/checks/check"
)

func init() {
	register("errors: reasons, messages and causes are those of upstream", time.Minute, reasons)
	register("errors: preconditions of deletions", time.Minute, preconditions)
	register("discovery: version, resources, groups and OpenAPI", time.Minute, discovery)
}

func reasons(ctx context.Context, c *cluster) error {
	maps, pods := c.typed.CoreV1().ConfigMaps(c.namespace), c.typed.CoreV1().Pods(c.namespace)
	made, err := maps.Create(ctx, configMap("reasons", nil), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	_, notFound := maps.Get(ctx, "nobody", metav1.GetOptions{})
	_, exists := maps.Create(ctx, configMap("reasons", nil), metav1.CreateOptions{})
	stale := made.DeepCopy()
	stale.ResourceVersion = "1"
	_, conflict := maps.Update(ctx, stale, metav1.UpdateOptions{})
	_, invalid := pods.Create(ctx, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "Not_Valid"}}, metav1.CreateOptions{})
	_, badPatch := maps.Patch(ctx, "reasons", types.JSONPatchType, []byte("{"), metav1.PatchOptions{})
	_, selector := pods.List(ctx, metav1.ListOptions{FieldSelector: "spec.nothing=1"})
	_, noNamespace := c.typed.CoreV1().ConfigMaps("go-client-nowhere").Create(ctx, configMap("a", nil), metav1.CreateOptions{})
	_, token := maps.List(ctx, metav1.ListOptions{Continue: "!"})
	for _, one := range []struct {
		err     error
		reason  metav1.StatusReason
		message string
	}{
		{notFound, metav1.StatusReasonNotFound, `configmaps "nobody" not found`},
		{exists, metav1.StatusReasonAlreadyExists, `configmaps "reasons" already exists`},
		{conflict, metav1.StatusReasonConflict, `Operation cannot be fulfilled on configmaps "reasons": the object has been modified; please apply your changes to the latest version and try again`},
		{badPatch, metav1.StatusReasonBadRequest, ``},
		{selector, metav1.StatusReasonBadRequest, `field label not supported: spec.nothing`},
		{noNamespace, metav1.StatusReasonNotFound, `namespaces "go-client-nowhere" not found`},
		{token, metav1.StatusReasonBadRequest, `invalid continue token: continue key is not valid: illegal base64 data at input byte 0`},
	} {
		if err := check.Equal("reason of "+fmt.Sprint(one.err), apierrors.ReasonForError(one.err), one.reason); err != nil {
			return err
		}
		if one.message != "" && one.err.Error() != one.message {
			return check.Equal("message", one.err.Error(), one.message)
		}
	}
	if !apierrors.IsInvalid(invalid) {
		return fmt.Errorf("not invalid: %v", invalid)
	}
	causes := invalid.(apierrors.APIStatus).Status().Details.Causes
	return check.All(
		check.Equal("causes", len(causes), 2),
		check.Equal("first cause", causes[0].Field, "metadata.name"),
		check.Equal("second cause", causes[1], metav1.StatusCause{Type: metav1.CauseTypeFieldValueRequired, Message: "Required value", Field: "spec.containers"}),
	)
}

func preconditions(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	made, err := client.Create(ctx, configMap("precondition", nil), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	wrong := client.Delete(ctx, made.Name, metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions("1-2-3")})
	want := fmt.Sprintf(`Operation cannot be fulfilled on ConfigMap "precondition": the UID in the precondition (1-2-3) does not match the UID in record (%s). The object might have been deleted and then recreated`, made.UID)
	if err := check.Equal("message", fmt.Sprint(wrong), want); err != nil {
		return err
	}
	return client.Delete(ctx, made.Name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: ptr.To(made.UID), ResourceVersion: ptr.To(made.ResourceVersion)}})
}

func discovery(_ context.Context, c *cluster) error {
	// /version knows no protobuf, upstream neither
	plain, err := c.withConfig(func(config *rest.Config) { config.ContentConfig = rest.ContentConfig{} })
	if err != nil {
		return err
	}
	client := plain.Discovery()
	version, err := client.ServerVersion()
	if err != nil {
		return fmt.Errorf("version: %w", err)
	}
	_, lists, err := client.ServerGroupsAndResources()
	if err != nil {
		return fmt.Errorf("resources: %w", err)
	}
	resources := 0
	for _, list := range lists {
		resources += len(list.APIResources)
	}
	paths, err := client.OpenAPIV3().Paths()
	if err != nil {
		return fmt.Errorf("OpenAPI v3: %w", err)
	}
	apps, err := paths["apis/apps/v1"].Schema("application/com.github.proto-openapi.spec.v3.v1.0+protobuf")
	if err != nil {
		return fmt.Errorf("OpenAPI v3 of apps: %w", err)
	}
	document, err := client.OpenAPISchema()
	if err != nil {
		return fmt.Errorf("OpenAPI v2: %w", err)
	}
	return check.All(
		check.Equal("version", version.Major+"."+version.Minor, "1.35"),
		check.Equal("enough resources", resources > 100, true),
		check.Equal("OpenAPI v3 of apps in protobuf", len(apps) > 10_000, true),
		check.Equal("OpenAPI v2 has definitions", len(document.Definitions.AdditionalProperties) > 500, true),
	)
}
