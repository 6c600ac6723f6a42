package main

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

func configMap(name string, labels map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Data:       map[string]string{"key": "value"},
		BinaryData: map[string][]byte{"bytes": {0, 1, 254, 255}},
	}
}

// numbered gives name-0 … name-(count-1).
func numbered(name string, count int, labels map[string]string) []*corev1.ConfigMap {
	var all []*corev1.ConfigMap
	for i := range count {
		all = append(all, configMap(fmt.Sprintf("%s-%d", name, i), labels))
	}
	return all
}

func podSpec() corev1.PodSpec {
	return corev1.PodSpec{
		TerminationGracePeriodSeconds: ptr.To[int64](1),
		Containers: []corev1.Container{{
			Name:    "main",
			Image:   "busybox:1.35",
			Command: []string{"sleep", "3600"},
		}},
	}
}

func deployment(name string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Spec: appsv1.DeploymentSpec{
			Replicas: ptr.To(replicas),
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: podSpec()},
		},
	}
}

// unschedulable pods stay Pending wherever they are made.
func unschedulable(name string, labels map[string]string) *corev1.Pod {
	spec := podSpec()
	spec.NodeSelector = map[string]string{"dormice.dev/no-such-node": "true"}
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}, Spec: spec}
}
