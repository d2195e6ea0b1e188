namespace Reconciler.Core.Planning;

/// <summary>
/// Maximum matching of attempts with remote modules, preferring strong edges (T5). Augmenting paths (Kuhn), first over
/// the strong edges alone, then over all; attempts and modules are tried in index order, so the result is a function of
/// the input order only.
/// </summary>
internal sealed class BipartiteMatching
{
    private readonly Func<int, int, bool> _strong;
    private readonly Func<int, int, bool> _any;
    private readonly int[] _leftOfRight;
    private readonly int _leftCount;

    private BipartiteMatching(int leftCount, int rightCount, Func<int, int, bool> strong, Func<int, int, bool> any)
    {
        _leftCount = leftCount;
        _strong = strong;
        _any = any;
        _leftOfRight = new int[rightCount];
        Array.Fill(_leftOfRight, -1);
    }

    /// <summary>For each left index the right index matched with it, or −1.</summary>
    public static int[] Match(
        int leftCount, int rightCount, Func<int, int, bool> strong, Func<int, int, bool> any)
    {
        var matching = new BipartiteMatching(leftCount, rightCount, strong, any);
        matching.AugmentAll(matching._strong);
        matching.AugmentAll(matching._any);
        return matching.RightOfLeft();
    }

    private void AugmentAll(Func<int, int, bool> edge)
    {
        for (var left = 0; left < _leftCount; left++)
        {
            if (!_leftOfRight.Contains(left))
            {
                Augment(left, edge, new bool[_leftOfRight.Length]);
            }
        }
    }

    private bool Augment(int left, Func<int, int, bool> edge, bool[] visited)
    {
        for (var right = 0; right < _leftOfRight.Length; right++)
        {
            if (visited[right] || !edge(left, right))
            {
                continue;
            }

            visited[right] = true;
            if (_leftOfRight[right] < 0 || Augment(_leftOfRight[right], edge, visited))
            {
                _leftOfRight[right] = left;
                return true;
            }
        }

        return false;
    }

    private int[] RightOfLeft()
    {
        var result = new int[_leftCount];
        for (var left = 0; left < _leftCount; left++)
        {
            result[left] = Array.IndexOf(_leftOfRight, left);
        }

        return result;
    }
}
