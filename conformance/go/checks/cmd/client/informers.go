package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"

	"dormice.dev/conformance/checks/check"
)

var configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

func init() {
	register("informer: adds, updates and deletions arrive and the lister agrees", time.Minute, sharedInformer)
	register("informer: an object that stops matching the selector is deleted for it", time.Minute, selectedInformer)
	register("informer: every built-in kind of the factory syncs", 2*time.Minute, manyInformers)
	register("informer: metadata only", time.Minute, metadataInformer)
	register("informer: dynamic", time.Minute, dynamicInformer)
}

// seen counts what an informer told.
type seen struct {
	mu                    sync.Mutex
	added, updated, ended map[string]int
}

func newSeen() *seen {
	return &seen{added: map[string]int{}, updated: map[string]int{}, ended: map[string]int{}}
}

func (s *seen) note(counts map[string]int, object any) {
	if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = gone.Obj
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	counts[object.(metav1.Object).GetName()]++
}

func (s *seen) handler() cache.ResourceEventHandlerFuncs {
	return cache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) { s.note(s.added, object) },
		UpdateFunc: func(before, after any) {
			if before.(metav1.Object).GetResourceVersion() != after.(metav1.Object).GetResourceVersion() {
				s.note(s.updated, after)
			}
		},
		DeleteFunc: func(object any) { s.note(s.ended, object) },
	}
}

func (s *seen) expect(ctx context.Context, counts map[string]int, what, name string, want int) error {
	return check.Until(ctx, what+" of "+name, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		return check.Equal("count", counts[name], want)
	})
}

// life makes, changes and deletes name-0 … name-9 and checks that each step was seen once.
func life(ctx context.Context, c *cluster, events *seen, name string) error {
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	for _, object := range numbered(name, 10, map[string]string{"life": name}) {
		made, err := client.Create(ctx, object, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		made.Data["key"] = "changed"
		if _, err = client.Update(ctx, made, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	for i := range 10 {
		one := fmt.Sprintf("%s-%d", name, i)
		if err := events.expect(ctx, events.added, "add", one, 1); err != nil {
			return err
		}
		if err := events.expect(ctx, events.updated, "update", one, 1); err != nil {
			return err
		}
		if err := client.Delete(ctx, one, metav1.DeleteOptions{}); err != nil {
			return err
		}
		if err := events.expect(ctx, events.ended, "deletion", one, 1); err != nil {
			return err
		}
	}
	return nil
}

func sharedInformer(ctx context.Context, c *cluster) error {
	factory := informers.NewSharedInformerFactoryWithOptions(c.typed, 0, informers.WithNamespace(c.namespace))
	informer := factory.Core().V1().ConfigMaps()
	events := newSeen()
	if _, err := informer.Informer().AddEventHandler(events.handler()); err != nil {
		return err
	}
	if err := informer.Informer().AddIndexers(cache.Indexers{"life": func(object any) ([]string, error) {
		return []string{object.(*corev1.ConfigMap).Labels["life"]}, nil
	}}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.Informer().HasSynced) {
		return fmt.Errorf("the informer did not sync")
	}
	if err := life(ctx, c, events, "shared"); err != nil {
		return err
	}
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	for _, object := range numbered("listed", 5, map[string]string{"life": "listed"}) {
		if _, err := client.Create(ctx, object, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return check.Until(ctx, "lister and index", func() error {
		fromLister, err := informer.Lister().ConfigMaps(c.namespace).List(labels.SelectorFromSet(labels.Set{"life": "listed"}))
		if err != nil {
			return err
		}
		indexed, err := informer.Informer().GetIndexer().ByIndex("life", "listed")
		return check.All(err, check.Equal("listed", len(fromLister), 5), check.Equal("indexed", len(indexed), 5))
	})
}

func selectedInformer(ctx context.Context, c *cluster) error {
	factory := informers.NewSharedInformerFactoryWithOptions(c.typed, 0, informers.WithNamespace(c.namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "picked=yes" }))
	informer := factory.Core().V1().ConfigMaps().Informer()
	events := newSeen()
	if _, err := informer.AddEventHandler(events.handler()); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return fmt.Errorf("the informer did not sync")
	}
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	if _, err := client.Create(ctx, configMap("selected", map[string]string{"picked": "no"}), metav1.CreateOptions{}); err != nil {
		return err
	}
	label := func(value string) error {
		patch := fmt.Appendf(nil, `{"metadata":{"labels":{"picked":%q}}}`, value)
		_, err := client.Patch(ctx, "selected", types.MergePatchType, patch, metav1.PatchOptions{})
		return err
	}
	return check.All(
		label("yes"), events.expect(ctx, events.added, "add", "selected", 1),
		label("no"), events.expect(ctx, events.ended, "deletion", "selected", 1),
		label("yes"), events.expect(ctx, events.added, "second add", "selected", 2),
	)
}

func manyInformers(ctx context.Context, c *cluster) error {
	factory := informers.NewSharedInformerFactory(c.typed, 0)
	for _, resource := range []string{
		"v1/pods", "v1/services", "v1/nodes", "v1/secrets", "v1/endpoints", "v1/events", "v1/limitranges", "v1/namespaces",
		"v1/persistentvolumeclaims", "v1/persistentvolumes", "v1/podtemplates", "v1/replicationcontrollers",
		"v1/resourcequotas", "v1/serviceaccounts", "apps/v1/controllerrevisions", "apps/v1/daemonsets",
		"apps/v1/deployments", "apps/v1/replicasets", "apps/v1/statefulsets", "autoscaling/v1/horizontalpodautoscalers",
		"autoscaling/v2/horizontalpodautoscalers", "batch/v1/cronjobs", "batch/v1/jobs",
		"certificates.k8s.io/v1/certificatesigningrequests", "coordination.k8s.io/v1/leases",
		"discovery.k8s.io/v1/endpointslices", "events.k8s.io/v1/events", "flowcontrol.apiserver.k8s.io/v1/flowschemas",
		"flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", "networking.k8s.io/v1/ingressclasses",
		"networking.k8s.io/v1/ingresses", "networking.k8s.io/v1/ipaddresses", "networking.k8s.io/v1/networkpolicies",
		"networking.k8s.io/v1/servicecidrs", "node.k8s.io/v1/runtimeclasses", "policy/v1/poddisruptionbudgets",
		"rbac.authorization.k8s.io/v1/clusterrolebindings", "rbac.authorization.k8s.io/v1/clusterroles",
		"rbac.authorization.k8s.io/v1/rolebindings", "rbac.authorization.k8s.io/v1/roles",
		"resource.k8s.io/v1/deviceclasses", "resource.k8s.io/v1/resourceclaims", "resource.k8s.io/v1/resourceclaimtemplates",
		"resource.k8s.io/v1/resourceslices", "scheduling.k8s.io/v1/priorityclasses", "storage.k8s.io/v1/csidrivers",
		"storage.k8s.io/v1/csinodes", "storage.k8s.io/v1/csistoragecapacities", "storage.k8s.io/v1/storageclasses",
		"storage.k8s.io/v1/volumeattachments", "storage.k8s.io/v1/volumeattributesclasses",
		"admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
		"admissionregistration.k8s.io/v1/validatingadmissionpolicies",
		"admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
		"admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
	} {
		if _, err := factory.ForResource(parseResource(resource)); err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	bounded, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for kind, synced := range factory.WaitForCacheSync(bounded.Done()) {
		if !synced {
			return fmt.Errorf("%v did not sync", kind)
		}
	}
	return nil
}

// parseResource reads [GROUP/]VERSION/RESOURCE.
func parseResource(text string) schema.GroupVersionResource {
	parts := strings.Split(text, "/")
	if len(parts) == 2 {
		parts = append([]string{""}, parts...)
	}
	return schema.GroupVersionResource{Group: parts[0], Version: parts[1], Resource: parts[2]}
}

func metadataInformer(ctx context.Context, c *cluster) error {
	factory := metadatainformer.NewFilteredSharedInformerFactory(c.metadata, 0, c.namespace, nil)
	return genericInformer(ctx, c, factory.ForResource(configMaps).Informer(), func() { factory.Start(ctx.Done()) }, "metadata")
}

func dynamicInformer(ctx context.Context, c *cluster) error {
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(c.dynamic, 0, c.namespace, nil)
	return genericInformer(ctx, c, factory.ForResource(configMaps).Informer(), func() { factory.Start(ctx.Done()) }, "dynamic")
}

func genericInformer(ctx context.Context, c *cluster, informer cache.SharedIndexInformer, start func(), name string) error {
	events := newSeen()
	if _, err := informer.AddEventHandler(events.handler()); err != nil {
		return err
	}
	start()
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return fmt.Errorf("the informer did not sync")
	}
	return life(ctx, c, events, name)
}
