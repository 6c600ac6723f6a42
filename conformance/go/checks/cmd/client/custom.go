package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/ptr"

	"dormice.dev/conformance/checks/check"
)

func init() {
	register("custom resources: from definition to informer to deletion", time.Minute, customResources)
	register("custom resources: protobuf is not acceptable", time.Minute, customProtobuf)
}

// widgets is a definition with a name of its own in each run.
func widgets() *apiextensionsv1.CustomResourceDefinition {
	group := fmt.Sprintf("g%06x.conformance.dormice.dev", rand.IntN(1<<24))
	properties := map[string]apiextensionsv1.JSONSchemaProps{
		"spec": {Type: "object", Required: []string{"size"}, Properties: map[string]apiextensionsv1.JSONSchemaProps{
			"size":  {Type: "integer", Minimum: ptr.To(1.0)},
			"color": {Type: "string", Default: &apiextensionsv1.JSON{Raw: []byte(`"grey"`)}},
		}},
		"status": {Type: "object", Properties: map[string]apiextensionsv1.JSONSchemaProps{"ready": {Type: "boolean"}}},
	}
	return &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: "widgets." + group},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: group, Scope: apiextensionsv1.NamespaceScoped,
			Names: apiextensionsv1.CustomResourceDefinitionNames{Plural: "widgets", Singular: "widget", Kind: "Widget", ListKind: "WidgetList"},
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: "v1", Served: true, Storage: true,
				Schema:       &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{Type: "object", Properties: properties}},
				Subresources: &apiextensionsv1.CustomResourceSubresources{Status: &apiextensionsv1.CustomResourceSubresourceStatus{}},
			}},
		},
	}
}

// define creates the definition and waits until it is established; the function takes it away again.
func define(ctx context.Context, c *cluster, definition *apiextensionsv1.CustomResourceDefinition) (func(), error) {
	client := c.apiextensions.ApiextensionsV1().CustomResourceDefinitions()
	if _, err := client.Create(ctx, definition, metav1.CreateOptions{}); err != nil {
		return func() {}, err
	}
	remove := func() { _ = client.Delete(context.Background(), definition.Name, metav1.DeleteOptions{}) }
	return remove, check.Until(ctx, "the definition to be established", func() error {
		current, err := client.Get(ctx, definition.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, condition := range current.Status.Conditions {
			if condition.Type == apiextensionsv1.Established && condition.Status == apiextensionsv1.ConditionTrue {
				return nil
			}
		}
		return fmt.Errorf("conditions %v", current.Status.Conditions)
	})
}

func widget(group, name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": group + "/v1", "kind": "Widget", "metadata": map[string]any{"name": name}, "spec": spec,
	}}
}

func customResources(ctx context.Context, c *cluster) error {
	definition := widgets()
	remove, err := define(ctx, c, definition)
	defer remove()
	if err != nil {
		return err
	}
	group := definition.Spec.Group
	resource := schema.GroupVersionResource{Group: group, Version: "v1", Resource: "widgets"}
	client := c.dynamic.Resource(resource).Namespace(c.namespace)
	_, err = client.Create(ctx, widget(group, "bad", map[string]any{"size": int64(0)}), metav1.CreateOptions{})
	want := fmt.Sprintf(`Widget.%s "bad" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1`, group)
	if err := check.Equal("message", fmt.Sprint(err), want); err != nil {
		return err
	}
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(c.dynamic, 0, c.namespace, nil)
	informer := factory.ForResource(resource).Informer()
	events := newSeen()
	if _, err := informer.AddEventHandler(events.handler()); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return fmt.Errorf("the informer did not sync")
	}
	made, err := client.Create(ctx, widget(group, "good", map[string]any{"size": int64(3), "pruned": true}), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	spec, _, _ := unstructured.NestedMap(made.Object, "spec")
	if err := check.Equal("spec", fmt.Sprint(spec), "map[color:grey size:3]"); err != nil {
		return err
	}
	if err := unstructured.SetNestedField(made.Object, true, "status", "ready"); err != nil {
		return err
	}
	after, err := client.UpdateStatus(ctx, made, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	ready, _, _ := unstructured.NestedBool(after.Object, "status", "ready")
	return check.All(
		check.Equal("ready", ready, true),
		check.Equal("generation", after.GetGeneration(), 1),
		events.expect(ctx, events.added, "add", "good", 1),
		events.expect(ctx, events.updated, "update", "good", 1),
		client.Delete(ctx, "good", metav1.DeleteOptions{}),
		events.expect(ctx, events.ended, "deletion", "good", 1),
	)
}

func customProtobuf(ctx context.Context, c *cluster) error {
	definition := widgets()
	remove, err := define(ctx, c, definition)
	defer remove()
	if err != nil {
		return err
	}
	path := "/apis/" + definition.Spec.Group + "/v1/namespaces/" + c.namespace + "/widgets"
	client := c.typed.CoreV1().RESTClient()
	if err := check.Until(ctx, "the resource to be served", func() error {
		return client.Get().AbsPath(path).SetHeader("Accept", "application/json").Do(ctx).Error()
	}); err != nil {
		return err
	}
	refused := client.Get().AbsPath(path).SetHeader("Accept", protobuf).Do(ctx).Error()
	return check.Equal("reason", apierrors.ReasonForError(refused), metav1.StatusReasonNotAcceptable)
}
