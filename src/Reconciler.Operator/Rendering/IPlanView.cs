namespace Reconciler.Operator.Rendering;

/// <summary>Shows plans; the form is chosen once per command (<c>-o text|json</c>).</summary>
internal interface IPlanView
{
    void Show(IReadOnlyList<InstallationPlan> plans);
}
