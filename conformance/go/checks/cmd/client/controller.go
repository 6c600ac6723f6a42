package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/retry"
	"k8s.io/client-go/util/workqueue"

	"dormice.dev/conformance/checks/check"
)

const finalizer = "dormice.dev/conformance"

func init() {
	register("controller: work queue, owned children, finalizers and events", time.Minute, controllerLife)
	register("controller: writes that conflict are retried until all are in", time.Minute, conflicts)
	register("controller: events are counted (core recorder)", time.Minute, coreEvents)
	register("controller: events become series (events.k8s.io recorder)", time.Minute, seriesEvents)
}

// mirror makes a Secret of the same name for each ConfigMap labelled mirror=yes and holds the ConfigMap until it is gone.
type mirror struct {
	c        *cluster
	lister   corelisters.ConfigMapLister
	queue    workqueue.TypedRateLimitingInterface[string]
	recorder record.EventRecorder
}

func (m *mirror) reconcile(ctx context.Context, name string) error {
	source, err := m.lister.ConfigMaps(m.c.namespace).Get(name)
	if apierrors.IsNotFound(err) {
		return nil
	} else if err != nil {
		return err
	}
	source = source.DeepCopy()
	maps, secrets := m.c.typed.CoreV1().ConfigMaps(m.c.namespace), m.c.typed.CoreV1().Secrets(m.c.namespace)
	if source.DeletionTimestamp != nil {
		if err := secrets.Delete(ctx, name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
		source.Finalizers = nil
		_, err := maps.Update(ctx, source, metav1.UpdateOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return err
	}
	if len(source.Finalizers) == 0 {
		source.Finalizers = []string{finalizer}
		if source, err = maps.Update(ctx, source, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Name:            name,
		OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(source, corev1.SchemeGroupVersion.WithKind("ConfigMap"))},
	}, StringData: source.Data}
	if _, err = secrets.Create(ctx, secret, metav1.CreateOptions{}); apierrors.IsAlreadyExists(err) {
		existing, err := secrets.Get(ctx, name, metav1.GetOptions{})
		if err != nil || string(existing.Data["key"]) == source.Data["key"] {
			return err
		}
		existing.StringData = source.Data
		_, err = secrets.Update(ctx, existing, metav1.UpdateOptions{})
		return err
	} else if err != nil {
		return err
	}
	m.recorder.Eventf(source, corev1.EventTypeNormal, "Mirrored", "made secret %s", name)
	return nil
}

func (m *mirror) work(ctx context.Context) {
	for {
		name, shutdown := m.queue.Get()
		if shutdown {
			return
		}
		if err := m.reconcile(ctx, name); err != nil {
			m.queue.AddRateLimited(name)
		} else {
			m.queue.Forget(name)
		}
		m.queue.Done(name)
	}
}

func controllerLife(ctx context.Context, c *cluster) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: c.typed.CoreV1().Events("")})
	factory := informers.NewSharedInformerFactoryWithOptions(c.typed, 0, informers.WithNamespace(c.namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "mirror=yes" }))
	informer := factory.Core().V1().ConfigMaps()
	m := &mirror{c, informer.Lister(), workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]()),
		broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "mirror"})}
	defer m.queue.ShutDown()
	enqueue := func(object any) { m.queue.Add(object.(metav1.Object).GetName()) }
	if _, err := informer.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: enqueue, UpdateFunc: func(_, object any) { enqueue(object) },
	}); err != nil {
		return err
	}
	factory.Start(running.Done())
	if !cache.WaitForCacheSync(running.Done(), informer.Informer().HasSynced) {
		return fmt.Errorf("the informer did not sync")
	}
	for range 4 {
		go wait.UntilWithContext(running, m.work, time.Second)
	}

	maps, secrets := c.typed.CoreV1().ConfigMaps(c.namespace), c.typed.CoreV1().Secrets(c.namespace)
	sources := numbered("mirror", 20, map[string]string{"mirror": "yes"})
	for _, source := range sources {
		if _, err := maps.Create(ctx, source, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	for _, source := range sources {
		if err := check.Until(ctx, "secret "+source.Name, func() error {
			secret, err := secrets.Get(ctx, source.Name, metav1.GetOptions{})
			return check.All(err, check.Equal("key", string(secret.Data["key"]), "value"))
		}); err != nil {
			return err
		}
		if err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
			latest, err := maps.Get(ctx, source.Name, metav1.GetOptions{})
			if err != nil {
				return err
			}
			latest.Data["key"] = "second"
			_, err = maps.Update(ctx, latest, metav1.UpdateOptions{})
			return err
		}); err != nil {
			return err
		}
	}
	for _, source := range sources {
		if err := check.Until(ctx, "change of secret "+source.Name, func() error {
			secret, err := secrets.Get(ctx, source.Name, metav1.GetOptions{})
			return check.All(err, check.Equal("key", string(secret.Data["key"]), "second"))
		}); err != nil {
			return err
		}
	}
	if err := check.Until(ctx, "events", func() error {
		list, err := c.typed.CoreV1().Events(c.namespace).List(ctx, metav1.ListOptions{FieldSelector: "reason=Mirrored,involvedObject.kind=ConfigMap"})
		return check.All(err, check.Equal("events", len(list.Items), len(sources)))
	}); err != nil {
		return err
	}
	if err := maps.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "mirror=yes"}); err != nil {
		return err
	}
	return check.Until(ctx, "everything to be gone", func() error {
		left, err := maps.List(ctx, metav1.ListOptions{LabelSelector: "mirror=yes"})
		if err != nil {
			return err
		}
		_, err = secrets.Get(ctx, "mirror-0", metav1.GetOptions{})
		if !apierrors.IsNotFound(err) {
			return fmt.Errorf("secret mirror-0: %v", err)
		}
		return check.Equal("left", len(left.Items), 0)
	})
}

func conflicts(ctx context.Context, c *cluster) error {
	client := c.typed.CoreV1().ConfigMaps(c.namespace)
	object := configMap("conflicts", nil)
	object.Data = map[string]string{}
	if _, err := client.Create(ctx, object, metav1.CreateOptions{}); err != nil {
		return err
	}
	const writers, writes = 6, 8
	results := make(chan error, writers)
	for writer := range writers {
		go func() {
			for i := range writes {
				if err := retry.OnError(wait.Backoff{Steps: 200, Duration: time.Millisecond, Factor: 1.1, Jitter: 1, Cap: 50 * time.Millisecond}, apierrors.IsConflict, func() error {
					latest, err := client.Get(ctx, "conflicts", metav1.GetOptions{})
					if err != nil {
						return err
					}
					if latest.Data == nil {
						latest.Data = map[string]string{}
					}
					latest.Data[fmt.Sprintf("%d-%d", writer, i)] = "in"
					_, err = client.Update(ctx, latest, metav1.UpdateOptions{})
					return err
				}); err != nil {
					results <- err
					return
				}
			}
			results <- nil
		}()
	}
	for range writers {
		if err := <-results; err != nil {
			return err
		}
	}
	final, err := client.Get(ctx, "conflicts", metav1.GetOptions{})
	return check.All(err, check.Equal("keys", len(final.Data), writers*writes))
}

func coreEvents(ctx context.Context, c *cluster) error {
	about, err := c.typed.CoreV1().ConfigMaps(c.namespace).Create(ctx, configMap("counted", nil), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: c.typed.CoreV1().Events(c.namespace)})
	recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "counter"})
	for range 3 {
		recorder.Event(about, corev1.EventTypeWarning, "Counted", "once more")
	}
	return check.Until(ctx, "the event with count 3", func() error {
		list, err := c.typed.CoreV1().Events(c.namespace).List(ctx, metav1.ListOptions{FieldSelector: "reason=Counted"})
		if err != nil {
			return err
		}
		if len(list.Items) != 1 {
			return fmt.Errorf("%d events", len(list.Items))
		}
		return check.Equal("count", list.Items[0].Count, 3)
	})
}

func seriesEvents(ctx context.Context, c *cluster) error {
	about, err := c.typed.CoreV1().ConfigMaps(c.namespace).Create(ctx, configMap("series", nil), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	broadcaster := events.NewBroadcaster(&events.EventSinkImpl{Interface: c.typed.EventsV1()})
	defer broadcaster.Shutdown()
	if err := broadcaster.StartRecordingToSinkWithContext(ctx); err != nil {
		return err
	}
	recorder := broadcaster.NewRecorder(scheme.Scheme, "dormice.dev/series")
	found := func(want int32) error {
		return check.Until(ctx, fmt.Sprintf("the event with series %d", want), func() error {
			list, err := c.typed.EventsV1().Events(c.namespace).List(ctx, metav1.ListOptions{FieldSelector: "reason=Repeated"})
			if err != nil {
				return err
			}
			if len(list.Items) != 1 {
				return fmt.Errorf("%d events", len(list.Items))
			}
			return check.Equal("series", count(&list.Items[0]), want)
		})
	}
	recorder.Eventf(about, nil, corev1.EventTypeNormal, "Repeated", "Checking", "once more")
	if err := found(0); err != nil {
		return err
	}
	recorder.Eventf(about, nil, corev1.EventTypeNormal, "Repeated", "Checking", "once more")
	return found(2)
}

func count(event *eventsv1.Event) int32 {
	if event.Series == nil {
		return 0
	}
	return event.Series.Count
}
