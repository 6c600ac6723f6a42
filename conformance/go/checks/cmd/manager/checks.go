package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dormice.dev/conformance/checks/check"
)

// checks follow each other: the webhooks are configured in the middle.
var checks = []struct {
	name string
	work func(context.Context, *operator) error
}{
	{"leader election holds a lease", leads},
	{"a site becomes an owned deployment and is ready", becomesReady},
	{"a change is reconciled, and the status tells its generation", follows},
	{"a deleted deployment comes back", comesBack},
	{"the cache answers by index and by label", indexed},
	{"scale of a custom resource", scales},
	{"server-side apply of a custom resource", applies},
	{"a patch with an old version conflicts", conflicts},
	{"events are recorded", recorded},
	{"metadata are cached alone", metadataOnly},
	{"deletion waits for the finalizer and takes the deployment along", deletes},
	{"webhook: mutating sets what is missing", mutates},
	{"webhook: validating refuses, with its words", refuses},
	{"webhook: warnings come back", warns},
	{"webhook: a dry run asks it too", dryRuns},
	{"webhook: one that cannot be reached fails closed", failsClosed},
}

func (o *operator) site(name string, replicas int32) *Site {
	return &Site{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: o.namespace}, Spec: SiteSpec{Replicas: replicas}}
}

func (o *operator) key(name string) client.ObjectKey {
	return client.ObjectKey{Namespace: o.namespace, Name: name}
}

func (o *operator) untilReady(ctx context.Context, name string, replicas int32) error {
	return check.Until(ctx, "the site to be ready", func() error {
		var site Site
		if err := o.manager.GetClient().Get(ctx, o.key(name), &site); err != nil {
			return err
		}
		return check.All(
			check.Equal("ready", meta.IsStatusConditionTrue(site.Status.Conditions, "Ready"), true),
			check.Equal("observed generation", site.Status.ObservedGeneration, site.Generation),
			check.Equal("replicas", site.Status.Replicas, replicas),
		)
	})
}

func leads(ctx context.Context, o *operator) error {
	select {
	case <-o.manager.Elected():
	case <-ctx.Done():
		return ctx.Err()
	}
	var lease coordinationv1.Lease
	return o.direct.Get(ctx, o.key(o.namespace), &lease)
}

func becomesReady(ctx context.Context, o *operator) error {
	site := o.site("first", 2)
	if err := o.direct.Create(ctx, site); err != nil {
		return err
	}
	if err := check.Equal("default of the image", site.Spec.Image, "busybox:1.35"); err != nil {
		return err
	}
	if err := o.untilReady(ctx, "first", 2); err != nil {
		return err
	}
	var deployment appsv1.Deployment
	if err := o.direct.Get(ctx, o.key("first"), &deployment); err != nil {
		return err
	}
	owner := metav1.GetControllerOf(&deployment)
	return check.All(check.Equal("owner", owner.Name, "first"), check.Equal("owner's UID", owner.UID, site.UID))
}

func (o *operator) change(ctx context.Context, name string, change func(*Site)) error {
	return check.Until(ctx, "the change to be taken", func() error {
		var site Site
		if err := o.direct.Get(ctx, o.key(name), &site); err != nil {
			return err
		}
		change(&site)
		return o.direct.Update(ctx, &site)
	})
}

func follows(ctx context.Context, o *operator) error {
	if err := o.change(ctx, "first", func(site *Site) { site.Spec.Replicas = 3 }); err != nil {
		return err
	}
	return o.untilReady(ctx, "first", 3)
}

func comesBack(ctx context.Context, o *operator) error {
	var deployment appsv1.Deployment
	if err := o.direct.Get(ctx, o.key("first"), &deployment); err != nil {
		return err
	}
	if err := o.direct.Delete(ctx, &deployment); err != nil {
		return err
	}
	return check.Until(ctx, "another deployment", func() error {
		var next appsv1.Deployment
		if err := o.direct.Get(ctx, o.key("first"), &next); err != nil {
			return err
		}
		return check.Equal("is another", next.UID != deployment.UID, true)
	})
}

func indexed(ctx context.Context, o *operator) error {
	for i, tier := range []string{"front", "back", "front"} {
		site := o.site(fmt.Sprintf("indexed-%d", i), 0)
		site.Labels, site.Spec.Tier = map[string]string{"indexed": "yes"}, tier
		if err := o.direct.Create(ctx, site); err != nil {
			return err
		}
	}
	cached := o.manager.GetClient()
	return check.Until(ctx, "the cache", func() error {
		var byTier, byLabel SiteList
		return check.All(
			cached.List(ctx, &byTier, client.InNamespace(o.namespace), client.MatchingFields{"spec.tier": "front"}),
			cached.List(ctx, &byLabel, client.InNamespace(o.namespace), client.MatchingLabels{"indexed": "yes"}),
			check.Equal("by tier", len(byTier.Items), 2),
			check.Equal("by label", len(byLabel.Items), 3),
		)
	})
}

func scales(ctx context.Context, o *operator) error {
	site := o.site("indexed-0", 0)
	var scale autoscalingv1.Scale
	if err := o.direct.SubResource("scale").Get(ctx, site, &scale); err != nil {
		return err
	}
	return check.Until(ctx, "the scale to be taken", func() error {
		if err := o.direct.SubResource("scale").Get(ctx, site, &scale); err != nil {
			return err
		}
		scale.Spec.Replicas = 1
		if err := o.direct.SubResource("scale").Update(ctx, site, client.WithSubResourceBody(&scale)); err != nil {
			return err
		}
		return o.untilReady(ctx, "indexed-0", 1)
	})
}

func applies(ctx context.Context, o *operator) error {
	site := o.site("applied", 0)
	site.APIVersion, site.Kind = o.group+"/v1", "Site"
	//nolint:staticcheck // the untyped form is what most operators use
	if err := o.direct.Patch(ctx, site, client.Apply, client.FieldOwner("one"), client.ForceOwnership); err != nil {
		return err
	}
	other := o.site("applied", 4)
	other.APIVersion, other.Kind = o.group+"/v1", "Site"
	err := o.direct.Patch(ctx, other, client.Apply, client.FieldOwner("two"))
	if !apierrors.IsConflict(err) || !strings.Contains(err.Error(), `conflict with "one"`) {
		return fmt.Errorf("no conflict: %v", err)
	}
	return nil
}

func conflicts(ctx context.Context, o *operator) error {
	var site Site
	if err := o.direct.Get(ctx, o.key("applied"), &site); err != nil {
		return err
	}
	if err := o.change(ctx, "applied", func(site *Site) { site.Annotations = map[string]string{"a": "b"} }); err != nil {
		return err
	}
	before := site.DeepCopyObject().(*Site)
	site.Labels = map[string]string{"late": "yes"}
	err := o.direct.Patch(ctx, &site, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	return check.Equal(fmt.Sprintf("conflict (%v)", err), apierrors.IsConflict(err), true)
}

func recorded(ctx context.Context, o *operator) error {
	return check.Until(ctx, "the event", func() error {
		var list eventsv1.EventList
		if err := o.direct.List(ctx, &list, client.InNamespace(o.namespace), client.MatchingFields{"reason": "Deployed"}); err != nil {
			return err
		}
		return check.Equal("found", len(list.Items) > 0, true)
	})
}

func metadataOnly(ctx context.Context, o *operator) error {
	var list metav1.PartialObjectMetadataList
	list.SetGroupVersionKind(appsv1.SchemeGroupVersion.WithKind("DeploymentList"))
	return check.Until(ctx, "the cache of metadata", func() error {
		err := o.manager.GetClient().List(ctx, &list, client.InNamespace(o.namespace))
		return check.All(err, check.Equal("found", len(list.Items) > 0, true))
	})
}

func deletes(ctx context.Context, o *operator) error {
	before := o.reconciler.cleaned.Load()
	if err := o.direct.Delete(ctx, o.site("first", 0)); err != nil {
		return err
	}
	return check.Until(ctx, "site and deployment to be gone", func() error {
		site, deployment := o.direct.Get(ctx, o.key("first"), &Site{}), o.direct.Get(ctx, o.key("first"), &appsv1.Deployment{})
		return check.All(
			check.Equal("site gone", apierrors.IsNotFound(site), true),
			check.Equal("deployment gone", apierrors.IsNotFound(deployment), true),
			check.Equal("cleaned up", o.reconciler.cleaned.Load(), before+1),
		)
	})
}

// mutates configures the webhooks; upstream takes a moment to notice them.
func mutates(ctx context.Context, o *operator) error {
	for _, hook := range o.hooks {
		if err := o.direct.Create(ctx, hook); err != nil {
			return err
		}
	}
	tries := 0
	return check.Until(ctx, "the webhook", func() error {
		tries++
		site := o.site(fmt.Sprintf("mutated-%d", tries), 0)
		err := o.direct.Create(ctx, site)
		return check.All(err, check.Equal("tier", site.Spec.Tier, "set by the webhook"))
	})
}

func refuses(ctx context.Context, o *operator) error {
	site := o.site("refused", 0)
	site.Spec.Tier = "forbidden"
	err := o.direct.Create(ctx, site)
	want := fmt.Sprintf(`admission webhook "validate.%s" denied the request: this tier is forbidden`, o.group)
	if err := check.All(check.Equal("message", fmt.Sprint(err), want), check.Equal("forbidden", apierrors.IsForbidden(err), true)); err != nil {
		return err
	}
	if err := o.direct.Create(ctx, o.site("kept", 0)); err != nil {
		return err
	}
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"tier":"other"}}`))
	err = o.direct.Patch(ctx, o.site("kept", 0), patch)
	return check.Equal("change", strings.Contains(fmt.Sprint(err), "may not change the tier"), true)
}

// warnings keeps what the server warns of.
type warnings struct {
	mu   sync.Mutex
	said []string
}

func (w *warnings) HandleWarningHeader(_ int, _ string, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, text)
}

func warns(ctx context.Context, o *operator) error {
	config, kept := rest.CopyConfig(o.config), &warnings{}
	config.WarningHandler = kept
	other, err := client.New(config, client.Options{Scheme: o.manager.GetScheme()})
	if err != nil {
		return err
	}
	if err := other.Create(ctx, o.site("warned", 60), client.DryRunAll); err != nil {
		return err
	}
	return check.Equal("warnings", strings.Join(kept.said, ","), "these are many replicas")
}

func dryRuns(ctx context.Context, o *operator) error {
	site := o.site("dry", 0)
	if err := o.direct.Create(ctx, site, client.DryRunAll); err != nil {
		return err
	}
	err := o.direct.Get(ctx, o.key("dry"), &Site{})
	return check.All(
		check.Equal("tier", site.Spec.Tier, "set by the webhook"),
		check.Equal("not stored", apierrors.IsNotFound(err), true),
	)
}

func failsClosed(ctx context.Context, o *operator) error {
	// nothing listens there
	nowhere := net.JoinHostPort(o.address, "1")
	closed := configurations(o.group, "https://"+nowhere, nil)
	for _, hook := range closed {
		hook.SetResourceVersion("")
		if err := check.Until(ctx, "the configuration to be replaced", func() error {
			current := hook.DeepCopyObject().(client.Object)
			if err := o.direct.Get(ctx, client.ObjectKeyFromObject(hook), current); err != nil {
				return err
			}
			hook.SetResourceVersion(current.GetResourceVersion())
			return o.direct.Update(ctx, hook)
		}); err != nil {
			return err
		}
	}
	tries := 0
	if err := check.Until(ctx, "a refusal", func() error {
		tries++
		err := o.direct.Create(ctx, o.site(fmt.Sprintf("closed-%d", tries), 0))
		want := fmt.Sprintf(`Internal error occurred: failed calling webhook "default.%s": failed to call webhook: Post "https://%s/default?timeout=10s": dial tcp %s: connect: connection refused`, o.group, nowhere, nowhere)
		return check.Equal("message", fmt.Sprint(err), want)
	}); err != nil {
		return err
	}
	for _, hook := range closed {
		if err := o.direct.Delete(ctx, hook); err != nil {
			return err
		}
	}
	return check.Until(ctx, "the end of the webhooks", func() error {
		tries++
		return o.direct.Create(ctx, o.site(fmt.Sprintf("open-%d", tries), 0))
	})
}
