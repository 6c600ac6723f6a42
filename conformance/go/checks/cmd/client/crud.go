package main

import (
	"context"
	"fmt"
	"time"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/tools/pager"
	"k8s.io/utils/ptr"

	"dormice.dev/conformance/checks/check"
)

func init() {
	register("typed: four types of patches", time.Minute, patches)
	register("typed: pages of a list are one snapshot", time.Minute, pages)
	register("typed: scale", time.Minute, scale)
	register("typed: status keeps the spec, and takes labels as upstream does", time.Minute, status)
	register("typed: eviction and disruption budgets", time.Minute, eviction)
	register("typed: generated names, and collections deleted by selector", time.Minute, generated)
	register("typed: a deployment becomes available", 2*time.Minute, rollout)
	register("dynamic: create, get, list, update, patch and delete", time.Minute, dynamicLife)
	register("metadata: get, list, patch and delete", time.Minute, metadataLife)
}

func patches(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().Pods(c.namespace)
	if _, err := client.Create(ctx, unschedulable("patched", map[string]string{"a": "1"}), metav1.CreateOptions{}); err != nil {
		return err
	}
	patch := func(kind types.PatchType, body string) (*corev1.Pod, error) {
		return client.Patch(ctx, "patched", kind, []byte(body), metav1.PatchOptions{FieldManager: "patcher", Force: force(kind)})
	}
	if _, err := patch(types.JSONPatchType, `[{"op":"test","path":"/metadata/labels/a","value":"1"},{"op":"replace","path":"/metadata/labels/a","value":"2"}]`); err != nil {
		return err
	}
	if _, err := patch(types.MergePatchType, `{"metadata":{"labels":{"a":null,"b":"3"}}}`); err != nil {
		return err
	}
	// merged by key: the other fields of the container stay
	if _, err := patch(types.StrategicMergePatchType, `{"spec":{"containers":[{"name":"main","image":"busybox:1.36"}]}}`); err != nil {
		return err
	}
	final, err := patch(types.ApplyPatchType, `{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"c":"4"}}}`)
	if err != nil {
		return err
	}
	if err := check.All(
		check.Equal("labels", fmt.Sprint(final.Labels), "map[b:3 c:4]"),
		check.Equal("image", final.Spec.Containers[0].Image, "busybox:1.36"),
		check.Equal("command", len(final.Spec.Containers[0].Command), 2),
	); err != nil {
		return err
	}
	_, err = patch(types.JSONPatchType, `[{"op":"test","path":"/metadata/labels/b","value":"wrong"}]`)
	return check.Equal("reason of a failed test", apierrors.ReasonForError(err), metav1.StatusReasonInvalid)
}

func force(kind types.PatchType) *bool {
	if kind == types.ApplyPatchType {
		return ptr.To(true)
	}
	return nil
}

func pages(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	for _, object := range numbered("paged", 25, map[string]string{"paged": "yes"}) {
		if _, err := client.Create(ctx, object, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	options := metav1.ListOptions{LabelSelector: "paged=yes", Limit: 10}
	first, err := client.List(ctx, options)
	if err != nil {
		return err
	}
	// what comes between the pages is not in the snapshot
	if _, err := client.Create(ctx, configMap("paged-99", map[string]string{"paged": "yes"}), metav1.CreateOptions{}); err != nil {
		return err
	}
	options.Continue = first.Continue
	second, err := client.List(ctx, options)
	if err != nil {
		return err
	}
	options.Continue = second.Continue
	third, err := client.List(ctx, options)
	if err != nil {
		return err
	}
	seen := 0
	whole := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		return client.List(ctx, options)
	})
	whole.PageSize = 7
	if err := whole.EachListItem(ctx, metav1.ListOptions{LabelSelector: "paged=yes"}, func(runtime.Object) error { seen++; return nil }); err != nil {
		return err
	}
	exact, err := client.List(ctx, metav1.ListOptions{LabelSelector: "paged=yes",
		ResourceVersion: first.ResourceVersion, ResourceVersionMatch: metav1.ResourceVersionMatchExact})
	if err != nil {
		return err
	}
	return check.All(
		check.Equal("first page", len(first.Items), 10),
		check.Equal("remaining count with a selector", first.RemainingItemCount == nil, true),
		check.Equal("second page", len(second.Items), 10),
		check.Equal("third page", len(third.Items), 5),
		check.Equal("version of the third page", third.ResourceVersion, first.ResourceVersion),
		check.Equal("token of the last page", third.Continue, ""),
		check.Equal("seen by the pager", seen, 26),
		check.Equal("at the exact version", len(exact.Items), 25),
	)
}

func scale(ctx context.Context, c *cluster) error {
	client := c.typed.AppsV1().Deployments(c.namespace)
	if _, err := client.Create(ctx, deployment("scaled", 0), metav1.CreateOptions{}); err != nil {
		return err
	}
	current, err := client.GetScale(ctx, "scaled", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if err := check.Equal("selector", current.Status.Selector, "app=scaled"); err != nil {
		return err
	}
	// the controller writes the status meanwhile; a scale with an old version conflicts
	var after *autoscalingv1.Scale
	if err := check.Until(ctx, "the scale to be taken", func() error {
		current, err := client.GetScale(ctx, "scaled", metav1.GetOptions{})
		if err != nil {
			return err
		}
		current.Spec.Replicas = 2
		after, err = client.UpdateScale(ctx, "scaled", current, metav1.UpdateOptions{})
		return err
	}); err != nil {
		return err
	}
	object, err := client.Get(ctx, "scaled", metav1.GetOptions{})
	return check.All(err, check.Equal("scale", after.Spec.Replicas, 2), check.Equal("replicas", *object.Spec.Replicas, 2))
}

func status(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().Pods(c.namespace)
	made, err := client.Create(ctx, unschedulable("status", nil), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	return check.Until(ctx, "the status to be taken", func() error {
		if made, err = client.Get(ctx, made.Name, metav1.GetOptions{}); err != nil {
			return err
		}
		made.Labels = map[string]string{"from": "status"}
		made.Spec.Containers[0].Image = "busybox:1.36"
		made.Status.Message = "from the status"
		after, err := client.UpdateStatus(ctx, made, metav1.UpdateOptions{})
		if err != nil {
			return err
		}
		return check.All(
			check.Equal("labels", fmt.Sprint(after.Labels), "map[from:status]"),
			check.Equal("image", after.Spec.Containers[0].Image, "busybox:1.35"),
			check.Equal("message", after.Status.Message, "from the status"),
		)
	})
}

func eviction(ctx context.Context, c *cluster) error {
	pods := c.typed.CoreV1().Pods(c.namespace)
	labels := map[string]string{"app": "evicted"}
	if _, err := pods.Create(ctx, unschedulable("evicted", labels), metav1.CreateOptions{}); err != nil {
		return err
	}
	budget := &policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Name: "evicted"}, Spec: policyv1.PodDisruptionBudgetSpec{
		MinAvailable: ptr.To(intstr.FromInt32(1)), Selector: &metav1.LabelSelector{MatchLabels: labels},
	}}
	if _, err := c.typed.PolicyV1().PodDisruptionBudgets(c.namespace).Create(ctx, budget, metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := check.Until(ctx, "the budget's status", func() error {
		current, err := c.typed.PolicyV1().PodDisruptionBudgets(c.namespace).Get(ctx, "evicted", metav1.GetOptions{})
		return check.All(err, check.Equal("expected pods", current.Status.ExpectedPods, 1))
	}); err != nil {
		return err
	}
	// a pod that is still pending needs no budget
	if err := pods.EvictV1(ctx, &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: "evicted"}}); err != nil {
		return err
	}
	if err := check.Until(ctx, "the pod to be gone", func() error {
		_, err := pods.Get(ctx, "evicted", metav1.GetOptions{})
		return check.Equal("reason", apierrors.ReasonForError(err), metav1.StatusReasonNotFound)
	}); err != nil {
		return err
	}
	err := pods.EvictV1(ctx, &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: "evicted"}})
	return check.Equal("reason of a second eviction", apierrors.ReasonForError(err), metav1.StatusReasonNotFound)
}

func generated(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().Secrets(c.namespace)
	names := map[string]bool{}
	for range 10 {
		made, err := client.Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
			GenerateName: "gen-", Labels: map[string]string{"gen": "yes"}}, Type: "dormice.dev/test"}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		names[made.Name] = true
	}
	if err := check.Equal("names", len(names), 10); err != nil {
		return err
	}
	byType, err := client.List(ctx, metav1.ListOptions{FieldSelector: "type=dormice.dev/test"})
	if err != nil {
		return err
	}
	if err := client.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "gen=yes"}); err != nil {
		return err
	}
	left, err := client.List(ctx, metav1.ListOptions{LabelSelector: "gen=yes"})
	return check.All(err, check.Equal("by type", len(byType.Items), 10), check.Equal("left", len(left.Items), 0))
}

func rollout(ctx context.Context, c *cluster) error {
	client := c.typed.AppsV1().Deployments(c.namespace)
	if _, err := client.Create(ctx, deployment("available", 2), metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := check.Until(ctx, "two available pods", func() error {
		current, err := client.Get(ctx, "available", metav1.GetOptions{})
		return check.All(err, check.Equal("available", current.Status.AvailableReplicas, 2))
	}); err != nil {
		return err
	}
	foreground := metav1.DeletePropagationForeground
	if err := client.Delete(ctx, "available", metav1.DeleteOptions{PropagationPolicy: &foreground}); err != nil {
		return err
	}
	return check.Until(ctx, "the deployment and its pods to be gone", func() error {
		if _, err := client.Get(ctx, "available", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
			return fmt.Errorf("the deployment: %v", err)
		}
		pods, err := c.typed.CoreV1().Pods(c.namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=available"})
		return check.All(err, check.Equal("pods", len(pods.Items), 0))
	})
}

func dynamicLife(ctx context.Context, c *cluster) error {
	client := c.dynamic.Resource(configMaps).Namespace(c.namespace)
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": "dynamic", "labels": map[string]any{"dynamic": "yes"}},
		"data":     map[string]any{"a": "1"},
	}}
	made, err := client.Create(ctx, object, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := unstructured.SetNestedField(made.Object, "2", "data", "b"); err != nil {
		return err
	}
	if made, err = client.Update(ctx, made, metav1.UpdateOptions{}); err != nil {
		return err
	}
	if made, err = client.Patch(ctx, "dynamic", types.MergePatchType, []byte(`{"data":{"a":null}}`), metav1.PatchOptions{}); err != nil {
		return err
	}
	list, err := client.List(ctx, metav1.ListOptions{LabelSelector: "dynamic=yes"})
	if err != nil {
		return err
	}
	if err := client.Delete(ctx, "dynamic", metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(made.GetUID()))}); err != nil {
		return err
	}
	data, _, _ := unstructured.NestedStringMap(list.Items[0].Object, "data")
	_, err = client.Get(ctx, "dynamic", metav1.GetOptions{})
	return check.All(
		check.Equal("kind of the list", list.GetKind(), "ConfigMapList"),
		check.Equal("kind of the item", list.Items[0].GetKind(), "ConfigMap"),
		check.Equal("data", fmt.Sprint(data), "map[b:2]"),
		check.Equal("gone", apierrors.IsNotFound(err), true),
	)
}

func metadataLife(ctx context.Context, c *cluster) error {
	if _, err := c.typed.CoreV1().ConfigMaps(c.namespace).Create(ctx, configMap("metadata", map[string]string{"meta": "yes"}), metav1.CreateOptions{}); err != nil {
		return err
	}
	client := c.metadata.Resource(configMaps).Namespace(c.namespace)
	one, err := client.Get(ctx, "metadata", metav1.GetOptions{})
	if err != nil {
		return err
	}
	patched, err := client.Patch(ctx, "metadata", types.MergePatchType, []byte(`{"metadata":{"annotations":{"a":"1"}}}`), metav1.PatchOptions{})
	if err != nil {
		return err
	}
	list, err := client.List(ctx, metav1.ListOptions{LabelSelector: "meta=yes"})
	if err != nil {
		return err
	}
	if err := client.Delete(ctx, "metadata", metav1.DeleteOptions{}); err != nil {
		return err
	}
	_, err = client.Get(ctx, "metadata", metav1.GetOptions{})
	return check.All(
		check.Equal("label", one.Labels["meta"], "yes"),
		check.Equal("annotation", patched.Annotations["a"], "1"),
		check.Equal("items", len(list.Items), 1),
		check.Equal("gone", apierrors.IsNotFound(err), true),
	)
}
