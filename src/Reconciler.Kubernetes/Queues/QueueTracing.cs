using System.Diagnostics;

namespace Reconciler.Kubernetes.Queues;

/// <summary>Ties what makes a key ready to the work that is done for it later.</summary>
internal static class QueueTracing
{
    private const string Mark = "made a key ready";

    /// <summary>The span of what happens now; default while nobody traces.</summary>
    public static ActivityContext Cause()
    {
        if (Activity.Current is not { } current)
        {
            return default;
        }

        current.SetCustomProperty(Mark, Mark);
        return current.Context;
    }

    /// <summary>Whether a key was made ready within the span.</summary>
    public static bool IsCause(Activity span) => span.GetCustomProperty(Mark) is not null;
}
