namespace Reconciler.Core.Tests.Doubles;

/// <summary>The process dies here.</summary>
public sealed class CrashException(int step) : Exception($"crashed at port step {step}");

/// <summary>Counts the steps of all ports, one before and one after each effect, and kills the process at a chosen one.
/// </summary>
public sealed class Tripwire
{
    /// <summary>Step to crash at; null to run through.</summary>
    public int? CrashAt { get; set; }

    public int Steps { get; private set; }

    public void Step()
    {
        Steps++;
        if (Steps == CrashAt)
        {
            throw new CrashException(Steps);
        }
    }

    public void Reset(int? crashAt)
    {
        Steps = 0;
        CrashAt = crashAt;
    }
}
