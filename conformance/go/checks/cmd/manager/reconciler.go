package main

import (
	"context"
	"sync/atomic"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

const finalizer = "dormice.dev/site"

// reconciler makes a Deployment of each Site, mirrors its status, and cleans up behind a finalizer.
type reconciler struct {
	client.Client
	recorder events.EventRecorder
	cleaned  atomic.Int32
}

func (r *reconciler) setup(manager ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(manager).
		For(&Site{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Owns(&appsv1.Deployment{}).
		Named("site").
		Complete(r)
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var site Site
	if err := r.Get(ctx, request.NamespacedName, &site); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !site.DeletionTimestamp.IsZero() {
		if controllerutil.RemoveFinalizer(&site, finalizer) {
			r.cleaned.Add(1)
			return ctrl.Result{}, client.IgnoreNotFound(r.Update(ctx, &site))
		}
		return ctrl.Result{}, nil
	}
	if controllerutil.AddFinalizer(&site, finalizer) {
		if err := r.Update(ctx, &site); err != nil {
			return ctrl.Result{}, err
		}
	}
	deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: site.Name, Namespace: site.Namespace}}
	done, err := controllerutil.CreateOrUpdate(ctx, r.Client, deployment, func() error {
		fill(deployment, &site)
		return controllerutil.SetControllerReference(&site, deployment, r.Scheme())
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	if done == controllerutil.OperationResultCreated {
		r.recorder.Eventf(&site, deployment, corev1.EventTypeNormal, "Deployed", "Deploying", "made the deployment")
	}
	return ctrl.Result{}, r.report(ctx, &site, deployment)
}

func fill(deployment *appsv1.Deployment, site *Site) {
	labels := map[string]string{"site": site.Name}
	deployment.Spec.Replicas = ptr.To(site.Spec.Replicas)
	deployment.Spec.Selector = &metav1.LabelSelector{MatchLabels: labels}
	deployment.Spec.Template.Labels = labels
	deployment.Spec.Template.Spec.TerminationGracePeriodSeconds = ptr.To[int64](0)
	if len(deployment.Spec.Template.Spec.Containers) == 0 {
		deployment.Spec.Template.Spec.Containers = []corev1.Container{{Name: "main", Command: []string{"sleep", "3600"}}}
	}
	deployment.Spec.Template.Spec.Containers[0].Image = site.Spec.Image
}

// report patches the status only where it changed.
func (r *reconciler) report(ctx context.Context, site *Site, deployment *appsv1.Deployment) error {
	before := site.DeepCopyObject().(*Site)
	site.Status.Replicas = deployment.Status.Replicas
	site.Status.ObservedGeneration = site.Generation
	condition := metav1.Condition{Type: "Ready", Status: metav1.ConditionFalse, Reason: "Waiting", ObservedGeneration: site.Generation}
	if deployment.Status.AvailableReplicas == site.Spec.Replicas {
		condition.Status, condition.Reason = metav1.ConditionTrue, "Available"
	}
	meta.SetStatusCondition(&site.Status.Conditions, condition)
	return r.Status().Patch(ctx, site, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}
