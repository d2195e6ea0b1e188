using Reconciler.Simulation.Net;

namespace Reconciler.Simulation.Checks;

/// <summary>
/// I3 where we choose the key (crash-safety.md §9): a create whose answer was lost may be sent again under the same
/// key, and never blindly: its sender has read the remote in between.
/// </summary>
internal sealed class SendHistory(Violations violations)
{
    private readonly Dictionary<string, List<TimeSpan>> _reads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<TimeSpan>> _unanswered = new(StringComparer.Ordinal);

    public void Read(SimRequest request) => Of(_reads, request.Process).Add(request.SentAt);

    public void Sent(SimRequest request, string key)
    {
        // Requests arrive out of order: a late one is judged by when it was sent.
        var doubts = Of(_unanswered, key).Where(at => at < request.SentAt).ToList();
        if (doubts.Count > 0
            && !Of(_reads, request.Process).Exists(at => at >= doubts.Max() && at <= request.SentAt))
        {
            violations.Add("I3", $"{key} is sent again after a lost answer, and nobody looked whether it is there");
        }
    }

    /// <summary>A refusal is known by its status, however its body arrives (seed 4 on ConnectJira).</summary>
    public void Done(SimRequest request, string key)
    {
        if (!request.IsAnswered)
        {
            Of(_unanswered, key).Add(request.SentAt);
        }
    }

    private static List<TimeSpan> Of(Dictionary<string, List<TimeSpan>> lists, string name)
    {
        if (!lists.TryGetValue(name, out var list))
        {
            lists[name] = list = [];
        }

        return list;
    }
}
