package main

import (
	"bytes"
	"fmt"
	"reflect"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	"sigs.k8s.io/yaml"

	"dormice.dev/conformance/checks/check"
)

var (
	types  = runtime.NewScheme()
	inJSON = json.NewSerializerWithOptions(json.DefaultMetaFactory, types, types, json.SerializerOptions{Strict: true})
	inWire = protobuf.NewSerializer(types, types)
)

func init() {
	utilruntime.Must(scheme.AddToScheme(types))
	utilruntime.Must(apiextensionsv1.AddToScheme(types))
	utilruntime.Must(apiregistrationv1.AddToScheme(types))
	metav1.AddToGroupVersion(types, corev1.SchemeGroupVersion)
	utilruntime.Must(metav1.AddMetaToScheme(types))
}

// decode takes the group version v1 where none is said, as in discovery of the core.
func decode(from runtime.Decoder, body []byte) (runtime.Object, error) {
	object, _, err := from.Decode(body, &schema.GroupVersionKind{Version: "v1"}, nil)
	return object, err
}

func encode(object runtime.Object) ([]byte, error) {
	var buffer bytes.Buffer
	err := inWire.Encode(object, &buffer)
	return buffer.Bytes(), err
}

// compare wants the protobuf to be what Go writes for it, and to mean what the JSON means. The resourceVersion of a list
// is left out: on a shared server it grows from one request to the next.
func compare(inProtobuf, asJSON []byte) error {
	read, err := decode(inWire, inProtobuf)
	if err != nil {
		return fmt.Errorf("protobuf: %w", err)
	}
	written, err := encode(read)
	if err != nil {
		return err
	}
	if err := sameMessage(inProtobuf, written); err != nil {
		return err
	}
	wanted, err := decode(inJSON, asJSON)
	if err != nil {
		return fmt.Errorf("JSON: %w", err)
	}
	if reflect.TypeOf(read) != reflect.TypeOf(wanted) {
		return fmt.Errorf("%T in protobuf, %T in JSON", read, wanted)
	}
	for _, object := range []runtime.Object{read, wanted} {
		if list, err := meta.ListAccessor(object); err == nil {
			list.SetResourceVersion("")
		}
	}
	if written, err = encode(read); err != nil {
		return err
	}
	fromJSON, err := encode(wanted)
	if err != nil {
		return err
	}
	return check.All(sameMessage(written, fromJSON), sameKind(inProtobuf, asJSON))
}

func sameKind(inProtobuf, asJSON []byte) error {
	var said runtime.TypeMeta
	if err := yaml.Unmarshal(asJSON, &said); err != nil {
		return err
	}
	envelope, err := unwrap(inProtobuf)
	return check.All(err, check.Equal("kind", envelope.TypeMeta, said))
}

// unwrap takes the envelope off: four bytes, and a message with kind and object.
func unwrap(body []byte) (runtime.Unknown, error) {
	var envelope runtime.Unknown
	err := envelope.Unmarshal(body[4:])
	return envelope, err
}

// sameMessage compares what is inside of the envelopes.
func sameMessage(got, want []byte) error {
	a, err := unwrap(got)
	if err != nil {
		return err
	}
	b, err := unwrap(want)
	return check.All(err, sameBytes(a.Raw, b.Raw))
}

func sameBytes(got, want []byte) error {
	if bytes.Equal(got, want) {
		return nil
	}
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	part := func(whole []byte) []byte { return whole[max(0, at-40):min(len(whole), at+40)] }
	return fmt.Errorf("%d bytes, %d when Go writes them; from byte %d: %q and %q", len(got), len(want), at, part(got), part(want))
}
