package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/sets"
	appsapply "k8s.io/client-go/applyconfigurations/apps/v1"
	coreapply "k8s.io/client-go/applyconfigurations/core/v1"
	metaapply "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/util/csaupgrade"

	"dormice.dev/conformance/checks/check"
)

func init() {
	register("apply: typed configuration makes, changes and takes back", time.Minute, applyLife)
	register("apply: conflicts name the other manager; force takes over", time.Minute, applyConflict)
	register("apply: extract gives what the manager owns", time.Minute, applyExtract)
	register("apply: status and scale have managers of their own", time.Minute, applySubresources)
	register("apply: dynamic client, and dry run", time.Minute, applyDynamic)
	register("apply: ownership of client-side apply is taken over", time.Minute, applyUpgrade)
}

func as(manager string) metav1.ApplyOptions { return metav1.ApplyOptions{FieldManager: manager} }

func applyDeployment(c *cluster, name string) *appsapply.DeploymentApplyConfiguration {
	labels := map[string]string{"app": name}
	return appsapply.Deployment(name, c.namespace).WithLabels(labels).WithSpec(appsapply.DeploymentSpec().
		WithReplicas(0).
		WithSelector(metaapply.LabelSelector().WithMatchLabels(labels)).
		WithTemplate(coreapply.PodTemplateSpec().WithLabels(labels).WithSpec(coreapply.PodSpec().WithContainers(
			coreapply.Container().WithName("main").WithImage("busybox:1.35").
				WithPorts(coreapply.ContainerPort().WithContainerPort(80).WithName("http"),
					coreapply.ContainerPort().WithContainerPort(53).WithProtocol(corev1.ProtocolUDP)).
				WithEnv(coreapply.EnvVar().WithName("A").WithValue("1"), coreapply.EnvVar().WithName("B").WithValue("2")),
		))))
}

func applyLife(ctx context.Context, c *cluster) error {
	client := c.typed.AppsV1().Deployments(c.namespace)
	// of a kind that no controller writes to
	same := coreapply.ConfigMap("applied", c.namespace).WithData(map[string]string{"a": "1"})
	made, err := c.typed.CoreV1().ConfigMaps(c.namespace).Apply(ctx, same, as("first"))
	if err != nil {
		return err
	}
	again, err := c.typed.CoreV1().ConfigMaps(c.namespace).Apply(ctx, same, as("first"))
	if err != nil {
		return err
	}
	if err := check.Equal("version after the same apply", again.ResourceVersion, made.ResourceVersion); err != nil {
		return err
	}
	if _, err := client.Apply(ctx, applyDeployment(c, "applied"), as("first")); err != nil {
		return err
	}
	less := applyDeployment(c, "applied").WithAnnotations(map[string]string{"note": "here"})
	less.Spec.Template.Spec.Containers[0].Env = less.Spec.Template.Spec.Containers[0].Env[1:]
	less.Spec.Template.Spec.Containers[0].Ports = less.Spec.Template.Spec.Containers[0].Ports[:1]
	changed, err := client.Apply(ctx, less, as("first"))
	if err != nil {
		return err
	}
	container := changed.Spec.Template.Spec.Containers[0]
	return check.All(
		check.Equal("env", fmt.Sprint(container.Env), fmt.Sprint([]corev1.EnvVar{{Name: "B", Value: "2"}})),
		check.Equal("ports", len(container.Ports), 1),
		check.Equal("annotation", changed.Annotations["note"], "here"),
		check.Equal("generation", changed.Generation, 2),
		check.Equal("manager", changed.ManagedFields[0].Manager, "first"),
		check.Equal("operation", changed.ManagedFields[0].Operation, metav1.ManagedFieldsOperationApply),
	)
}

func applyConflict(ctx context.Context, c *cluster) error {
	client := c.typed.AppsV1().Deployments(c.namespace)
	if _, err := client.Apply(ctx, applyDeployment(c, "contested"), as("first")); err != nil {
		return err
	}
	other := appsapply.Deployment("contested", c.namespace).WithSpec(appsapply.DeploymentSpec().WithReplicas(3).WithPaused(true))
	_, err := client.Apply(ctx, other, as("second"))
	if !apierrors.IsConflict(err) {
		return fmt.Errorf("no conflict: %v", err)
	}
	status := err.(apierrors.APIStatus).Status()
	if err := check.All(
		check.Equal("message", status.Message, `Apply failed with 1 conflict: conflict with "first": .spec.replicas`),
		check.Equal("causes", len(status.Details.Causes), 1),
		check.Equal("cause", status.Details.Causes[0], metav1.StatusCause{
			Type: metav1.CauseTypeFieldManagerConflict, Message: `conflict with "first"`, Field: ".spec.replicas"}),
	); err != nil {
		return err
	}
	forced, err := client.Apply(ctx, other, metav1.ApplyOptions{FieldManager: "second", Force: true})
	if err != nil {
		return err
	}
	if err := check.Equal("replicas", *forced.Spec.Replicas, 3); err != nil {
		return err
	}
	// the first manager lost the field; what both apply alike is shared
	shared := applyDeployment(c, "contested")
	shared.Spec.WithReplicas(3)
	final, err := client.Apply(ctx, shared, as("first"))
	if err != nil {
		return err
	}
	owners := 0
	for _, entry := range final.ManagedFields {
		if strings.Contains(string(entry.FieldsV1.Raw), `"f:replicas"`) {
			owners++
		}
	}
	return check.Equal("owners of replicas", owners, 2)
}

func applyExtract(ctx context.Context, c *cluster) error {
	client := c.typed.AppsV1().Deployments(c.namespace)
	if _, err := client.Apply(ctx, applyDeployment(c, "extracted"), as("first")); err != nil {
		return err
	}
	note := appsapply.Deployment("extracted", c.namespace).WithAnnotations(map[string]string{"note": "second"})
	both, err := client.Apply(ctx, note, as("second"))
	if err != nil {
		return err
	}
	first, err := appsapply.ExtractDeployment(both, "first")
	if err != nil {
		return err
	}
	second, err := appsapply.ExtractDeployment(both, "second")
	if err != nil {
		return err
	}
	return check.All(
		check.Equal("annotations of the first", len(first.Annotations), 0),
		check.Equal("image of the first", *first.Spec.Template.Spec.Containers[0].Image, "busybox:1.35"),
		check.Equal("ports of the first", len(first.Spec.Template.Spec.Containers[0].Ports), 2),
		check.Equal("annotation of the second", second.Annotations["note"], "second"),
		check.Equal("spec of the second", second.Spec == nil, true),
	)
}

func applySubresources(ctx context.Context, c *cluster) error {
	pod := unschedulable("apply-status", nil)
	if _, err := c.typed.CoreV1().Pods(c.namespace).Create(ctx, pod, metav1.CreateOptions{}); err != nil {
		return err
	}
	status := coreapply.Pod("apply-status", c.namespace).WithStatus(coreapply.PodStatus().WithConditions(
		coreapply.PodCondition().WithType("dormice.dev/gate").WithStatus(corev1.ConditionTrue)))
	applied, err := c.typed.CoreV1().Pods(c.namespace).ApplyStatus(ctx, status, as("gatekeeper"))
	if err != nil {
		return err
	}
	found := false
	for _, entry := range applied.ManagedFields {
		found = found || entry.Manager == "gatekeeper" && entry.Subresource == "status"
	}
	return check.Equal("entry of the status", found, true)
}

func applyDynamic(ctx context.Context, c *cluster) error {
	client := c.dynamic.Resource(configMaps).Namespace(c.namespace)
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "dynamic-apply"},
		"data": map[string]any{"a": "1"},
	}}
	options := metav1.ApplyOptions{FieldManager: "dynamic", DryRun: []string{metav1.DryRunAll}}
	if _, err := client.Apply(ctx, "dynamic-apply", object, options); err != nil {
		return err
	}
	if _, err := client.Get(ctx, "dynamic-apply", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		return fmt.Errorf("a dry run is stored: %v", err)
	}
	options.DryRun = nil
	made, err := client.Apply(ctx, "dynamic-apply", object, options)
	if err != nil {
		return err
	}
	data, _, err := unstructured.NestedStringMap(made.Object, "data")
	return check.All(err, check.Equal("data", data["a"], "1"))
}

func applyUpgrade(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	object := configMap("upgraded", map[string]string{"was": "there"})
	made, err := client.Create(ctx, object, metav1.CreateOptions{FieldManager: "kubectl-client-side-apply"})
	if err != nil {
		return err
	}
	patch, err := csaupgrade.UpgradeManagedFieldsPatch(made, sets.New("kubectl-client-side-apply"), "server")
	if err != nil {
		return err
	}
	if _, err = client.Patch(ctx, "upgraded", "application/json-patch+json", patch, metav1.PatchOptions{}); err != nil {
		return err
	}
	final, err := client.Apply(ctx, coreapply.ConfigMap("upgraded", c.namespace).WithData(map[string]string{"key": "new"}), as("server"))
	if err != nil {
		return err
	}
	return check.All(
		check.Equal("label", len(final.Labels), 0),
		check.Equal("binary data", len(final.BinaryData), 0),
		check.Equal("data", final.Data["key"], "new"),
		check.Equal("managers", len(final.ManagedFields), 1),
	)
}
