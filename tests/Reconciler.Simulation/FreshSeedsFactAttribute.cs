namespace Reconciler.Simulation;

/// <summary>
/// A test over fresh seeds: nobody has seen them, so it explores and is no gate. It runs where RECONCILER_SIM_SEEDS is
/// set (nightly, or by hand) and says so where it is not.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FreshSeedsFactAttribute : FactAttribute
{
    public FreshSeedsFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("RECONCILER_SIM_SEEDS")))
        {
            Skip = "Fresh seeds explore: set RECONCILER_SIM_SEEDS to how many.";
        }
    }
}
