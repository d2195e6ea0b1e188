namespace Reconciler.Operator.Rendering;

/// <summary>Shows the answer of <c>why</c>.</summary>
internal interface IExplanationView
{
    void Show(Explanation explanation);
}
