namespace Reconciler.Core.Ledgers;

/// <summary>
/// Rule ids: the rows of the state table (crash-safety.md §5) and the planner's own. They appear in the journal, in
/// plans and in <c>reconciler why</c>; the table at the top of <c>Planner</c> says what each decides.
/// </summary>
public static class RuleIds
{
    public const string TakeOver = "T0";
    public const string AwaitFinalizer = "T1";
    public const string Import = "T2i";
    public const string Adopt = "T2";
    public const string Rebuild = "T2m";
    public const string Create = "T3";
    public const string AdoptionRequired = "T3h";
    public const string DuplicateDesired = "T3d";
    public const string KeyConflict = "T3k";
    public const string Quota = "T3q";
    public const string TerminalRefusal = "T3t";
    public const string Created = "T4a";
    public const string Refused = "T4b";
    public const string Unknown = "T4c";
    public const string Resolved = "T5";
    public const string WeakCandidate = "T5w";
    public const string Absent = "T6";
    public const string Surplus = "T7";
    public const string Update = "T8";
    public const string CorrectDrift = "T8d";
    public const string Learn = "T8s";
    public const string InSync = "T8e";
    public const string Contended = "T8c";
    public const string Replace = "T8x";
    public const string FinishReplacement = "T8r";
    public const string Missing = "T9";
    public const string Delete = "T10";
    public const string DeleteVanished = "T10v";
    public const string Release = "T10r";
    public const string ResolveFirst = "T10i";
    public const string InstallationGone = "T10x";
    public const string DeleteOrphan = "T11";
    public const string LateCommit = "T12";
    public const string Prune = "P1";
    public const string Mode = "P2";
    public const string Breaker = "P3";
    public const string Approval = "P4";
    public const string Suspended = "P5";
    public const string Invalid = "P6";
    public const string Takeover = "P7";
    public const string Rekey = "R1";
    public const string Fault = "F";
}
