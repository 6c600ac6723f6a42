package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	rbacapply "k8s.io/client-go/applyconfigurations/rbac/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"dormice.dev/conformance/checks/check"
)

func init() {
	register("identity: a token is its service account", time.Minute, token)
	register("identity: impersonation is who it says", time.Minute, impersonation)
	register("identity: what is not granted is forbidden, and rights come with a binding", time.Minute, forbidden)
}

func (c *cluster) withConfig(change func(*rest.Config)) (kubernetes.Interface, error) {
	config := rest.CopyConfig(c.config)
	change(config)
	return kubernetes.NewForConfig(config)
}

func whoAmI(ctx context.Context, client kubernetes.Interface) (authenticationv1.UserInfo, error) {
	review, err := client.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return authenticationv1.UserInfo{}, err
	}
	return review.Status.UserInfo, nil
}

func token(ctx context.Context, c *cluster) error {
	if err := check.Until(ctx, "the default service account", func() error {
		_, err := c.typed.CoreV1().ServiceAccounts(c.namespace).Get(ctx, "default", metav1.GetOptions{})
		return err
	}); err != nil {
		return err
	}
	request, err := c.typed.CoreV1().ServiceAccounts(c.namespace).CreateToken(ctx, "default", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	bearer, err := c.withConfig(func(config *rest.Config) {
		anonymous := rest.AnonymousClientConfig(config)
		anonymous.ContentConfig, anonymous.BearerToken = config.ContentConfig, request.Status.Token
		*config = *anonymous
	})
	if err != nil {
		return err
	}
	user, err := whoAmI(ctx, bearer)
	if err != nil {
		return err
	}
	review, err := c.typed.AuthenticationV1().TokenReviews().Create(ctx, &authenticationv1.TokenReview{
		Spec: authenticationv1.TokenReviewSpec{Token: request.Status.Token}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	name := fmt.Sprintf("system:serviceaccount:%s:default", c.namespace)
	return check.All(
		check.Equal("user", user.Username, name),
		check.Equal("groups", fmt.Sprint(user.Groups), fmt.Sprintf("[system:serviceaccounts system:serviceaccounts:%s system:authenticated]", c.namespace)),
		check.Equal("review", review.Status.User.Username, name),
		check.Equal("authenticated", review.Status.Authenticated, true),
	)
}

func (c *cluster) impersonate(name string) (kubernetes.Interface, error) {
	return c.withConfig(func(config *rest.Config) {
		config.Impersonate = rest.ImpersonationConfig{UserName: name, UID: "1-2-3", Groups: []string{"team"},
			Extra: map[string][]string{"reason": {"a test", "of names"}}}
	})
}

func impersonation(ctx context.Context, c *cluster) error {
	client, err := c.impersonate("jane")
	if err != nil {
		return err
	}
	user, err := whoAmI(ctx, client)
	if err != nil {
		return err
	}
	return check.All(
		check.Equal("user", user.Username, "jane"),
		check.Equal("uid", user.UID, "1-2-3"),
		check.Equal("group", slices.Contains(user.Groups, "team"), true),
		check.Equal("extra", fmt.Sprint(user.Extra["reason"]), "[a test of names]"),
	)
}

func forbidden(ctx context.Context, c *cluster) error {
	client, err := c.impersonate(c.namespace + "-user")
	if err != nil {
		return err
	}
	_, err = client.CoreV1().Secrets(c.namespace).List(ctx, metav1.ListOptions{})
	if !apierrors.IsForbidden(err) {
		return fmt.Errorf("list: %v", err)
	}
	want := fmt.Sprintf(`secrets is forbidden: User "%s-user" cannot list resource "secrets" in API group "" in the namespace "%s"`, c.namespace, c.namespace)
	if err := check.Equal("message", err.Error(), want); err != nil {
		return err
	}
	role := rbacapply.Role("reader", c.namespace).WithRules(rbacapply.PolicyRule().WithAPIGroups("").WithResources("secrets").WithVerbs("list"))
	if _, err := c.typed.RbacV1().Roles(c.namespace).Apply(ctx, role, as("test")); err != nil {
		return err
	}
	binding := rbacapply.RoleBinding("reader", c.namespace).
		WithRoleRef(rbacapply.RoleRef().WithAPIGroup(rbacv1.GroupName).WithKind("Role").WithName("reader")).
		WithSubjects(rbacapply.Subject().WithAPIGroup(rbacv1.GroupName).WithKind("User").WithName(c.namespace + "-user"))
	if _, err := c.typed.RbacV1().RoleBindings(c.namespace).Apply(ctx, binding, as("test")); err != nil {
		return err
	}
	if err := check.Until(ctx, "the right to list", func() error {
		_, err := client.CoreV1().Secrets(c.namespace).List(ctx, metav1.ListOptions{})
		return err
	}); err != nil {
		return err
	}
	review, err := c.typed.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{
		Spec: authorizationv1.SubjectAccessReviewSpec{User: c.namespace + "-user", ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: c.namespace, Verb: "delete", Resource: "secrets"}}}, metav1.CreateOptions{})
	return check.All(err, check.Equal("right to delete", review.Status.Allowed, false))
}
