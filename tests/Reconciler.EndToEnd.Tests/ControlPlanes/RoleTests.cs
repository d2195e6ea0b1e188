namespace Reconciler.EndToEnd.Tests.ControlPlanes;

/// <summary>What deploy/rbac grants, asked of the API server, and what it must not grant.</summary>
public sealed class RoleTests
{
    private static readonly string[] Granted =
    [
        "list installations.reconciler.io", "watch dynamicmodules.reconciler.io", "patch dynamicmodules.reconciler.io",
        "patch installations.reconciler.io --subresource=status",
        "patch dynamicmodules.reconciler.io --subresource=status",
        "create moduleledgers.reconciler.io", "update moduleledgers.reconciler.io",
        "watch secrets", "create events.events.k8s.io", "patch events.events.k8s.io", "get namespaces/kube-system",
        "create leases.coordination.k8s.io -n reconciler-system",
        "patch leases.coordination.k8s.io/reconciler -n reconciler-system",
    ];

    private static readonly string[] Withheld =
    [
        "create dynamicmodules.reconciler.io", "update dynamicmodules.reconciler.io",
        "delete dynamicmodules.reconciler.io", "delete installations.reconciler.io",
        "update dynamicmodules.reconciler.io --subresource=status",
        "create secrets", "update secrets", "delete secrets", "list namespaces", "get namespaces/default",
        "update leases.coordination.k8s.io -n default", "list leases.coordination.k8s.io -n reconciler-system",
        "create pods", "escalate clusterroles.rbac.authorization.k8s.io",
        "delete moduleledgers.reconciler.io", "patch moduleledgers.reconciler.io",
        "deletecollection moduleledgers.reconciler.io", "update leases.coordination.k8s.io -n reconciler-system",
        "patch leases.coordination.k8s.io/other -n reconciler-system",
    ];

    [Fact]
    public async Task The_role_grants_what_the_operator_needs_and_nothing_else()
    {
        await using var account = await OperatorAccount.StartAsync("role");

        foreach (var question in Granted)
        {
            Assert.Equal("yes", await AskAsync(account, question));
        }

        foreach (var question in Withheld)
        {
            Assert.Equal("no", await AskAsync(account, question));
        }
    }

    // `kubectl auth can-i` exits with 1 for "no"; the question is part of the answer, so that a failure names it.
    private static async Task<string> AskAsync(OperatorAccount account, string question)
    {
        var answer = await account.Kubectl.TryAsync(["auth", "can-i", .. question.Split(' ')]);
        var word = answer.Output.Trim().Split(' ', '\n')[0];
        return word is "yes" or "no" ? word : $"{question}: {answer.Error}{answer.Output}";
    }
}
