using System.Security.Cryptography;
using System.Text;

namespace Reconciler.Core.Planning;

/// <summary>The name of a plan: 64 hex digits (SHA-256) over what it would write, in order. Empty when it writes
/// nothing.
/// Whole, because an author of modules could choose content so that a shortened one fits an approved plan.</summary>
public static class PlanHash
{
    public static string Of(IEnumerable<PlannedAction> actions)
    {
        var lines = actions.Where(action => action.Mutates()).Select(action => action.Identity()).ToArray();
        if (lines.Length == 0)
        {
            return "";
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        return Convert.ToHexStringLower(hash);
    }
}
