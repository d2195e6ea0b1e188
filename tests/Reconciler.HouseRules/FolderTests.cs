namespace Reconciler.HouseRules;

/// <summary>The direction between the folders of one project (docs/ARCHITECTURE.md): an assembly is a wall that the
/// compiler guards, a folder is one only here.</summary>
public sealed class FolderTests
{
    /// <summary>Folder → the folders of its project that it may use. Each folder of these projects has a row.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        // Nouns know no decisions, decisions no execution; only the projection sees all.
        ["Reconciler.Core/Modules"] = [],
        ["Reconciler.Core/Verdicts"] = [],
        ["Reconciler.Core/ModuleRules"] = ["Modules"],
        ["Reconciler.Core/Ledgers"] = ["Modules"],
        ["Reconciler.Core/Planning"] = ["Modules", "Ledgers", "Verdicts"],
        ["Reconciler.Core/Execution"] = ["Modules", "Ledgers", "Verdicts", "Planning"],
        ["Reconciler.Core/Status"] = ["Modules", "Ledgers", "Verdicts", "Planning", "Execution"],

        // An informer feeds a queue; a queue holds keys and knows neither objects nor a wire.
        ["Reconciler.Kubernetes/Api"] = [],
        ["Reconciler.Kubernetes/Queues"] = [],
        ["Reconciler.Kubernetes/Client"] = ["Api"],
        ["Reconciler.Kubernetes/Events"] = ["Api", "Client"],
        ["Reconciler.Kubernetes/Leases"] = ["Api", "Client"],
        ["Reconciler.Kubernetes/Informers"] = ["Api", "Client", "Queues"],

        // An API may build on one that it differs from in little: v1 reads v2's faults, the container sends v1's calls.
        ["Reconciler.Atlassian/Credentials"] = [],
        ["Reconciler.Atlassian/Http"] = ["Credentials"],
        ["Reconciler.Atlassian/Forge"] = ["Http"],
        ["Reconciler.Atlassian/ForgeV2"] = ["Http", "Forge"],
        ["Reconciler.Atlassian/ForgeV1"] = ["Http", "Forge", "ForgeV2"],
        ["Reconciler.Atlassian/ForgeContainer"] = ["Http", "Forge", "ForgeV1"],
        ["Reconciler.Atlassian/Connect"] = ["Credentials", "Http", "Forge"],

        // Shapes know no behaviour. A migration runs without a cluster and tells a watcher; views show what it told.
        // Control knows no command line, renders nothing and sees of the intake IDeliveredTokens, which is its own.
        // The console shows and is composed by the host; commands compose everything.
        ["Reconciler.Operator/Resources"] = [],
        ["Reconciler.Operator/Serving"] = [],
        ["Reconciler.Operator/Control"] = ["Resources"],
        ["Reconciler.Operator/Migration"] = ["Resources"],
        ["Reconciler.Operator/Rendering"] = ["Resources", "Migration"],
        ["Reconciler.Operator/Intake"] = ["Resources", "Serving", "Control"],
        ["Reconciler.Operator/Console"] = ["Resources", "Serving", "Control", "Rendering"],
        ["Reconciler.Operator/Hosting"] = ["Resources", "Serving", "Control", "Intake", "Console"],
        ["Reconciler.Operator/Commands"] =
            ["Resources", "Control", "Migration", "Rendering", "Intake", "Console", "Hosting"],
    };

    /// <summary>Uses that close a circle and stay, and why. Without them their projects have none.</summary>
    private static readonly (string Project, string From, string To, string Why)[] Waived =
    [
        ("Reconciler.Emulator", "Settings", "Control", "knobs are read by the one serializer context, ControlJson"),
        ("Reconciler.Emulator", "Faults", "Control", "fault files too"),
        ("Reconciler.Emulator", "State", "Authentication", "a cloud holds the keys that it signs with"),
        ("Reconciler.Emulator", "State", "Endpoints", "a foreign write stores data as a request would"),
        ("Reconciler.Emulator", "Authentication", "Endpoints", "an API refuses a caller in its own words"),
        ("Reconciler.Simulation", "Net", "Remote", "an answer carries what the remote refused, for the checkers"),
        ("Reconciler.Simulation", "Checks", "World", "what may have made a module depends on the knobs of its run"),
    ];

    private static IReadOnlyDictionary<string, FolderGraph> Graphs { get; } =
        Repository.All.GroupBy(static file => file.Project).ToDictionary(
            static project => project.Key, FolderGraph.Of, StringComparer.Ordinal);

    [Fact]
    public void Folders_use_only_the_folders_of_their_row()
    {
        var breaches = new Breaches("move the code to the side that may see both, or change the row and say why.");
        foreach (var (project, graph) in Graphs.Where(static one => MayUse.Keys.Any(Starts(one.Key + "/"))))
        {
            foreach (var folder in graph.Folders)
            {
                breaches.AddIf(!MayUse.ContainsKey($"{project}/{folder}"), $"{project}/{folder}", "has no row");
            }

            foreach (var (from, to, where) in graph.Uses)
            {
                var allowed = MayUse.GetValueOrDefault($"{project}/{from}", []);
                breaches.AddIf(!allowed.Contains(to), where, $"{from} uses {to}");
            }
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void No_row_names_more_than_its_folder_uses()
    {
        var breaches = new Breaches("take it out of the row: what is not used need not be allowed.");
        foreach (var (folder, allowed) in MayUse)
        {
            var (project, from) = (folder.Split('/')[0], folder.Split('/')[1]);
            foreach (var to in allowed)
            {
                breaches.AddIf(!Uses(project, from, to), folder, $"does not use {to}");
            }
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void Folders_of_a_project_do_not_use_each_other_in_a_circle()
    {
        var breaches = new Breaches("move what both need below them, as reasons lie below planning and status.");
        foreach (var (project, graph) in Graphs)
        {
            var uses = graph.Uses.Where(use => !Waived.Any(
                waived => waived.Project == project && waived.From == use.From && waived.To == use.To));
            foreach (var use in FolderGraph.Circles(uses))
            {
                breaches.Add(use.Where, $"{use.From} uses {use.To}");
            }
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void Every_waived_use_is_still_there() =>
        Assert.All(Waived, static waived => Assert.True(
            Uses(waived.Project, waived.From, waived.To), $"remove the waiver {waived}"));

    [Fact]
    public void Every_file_has_the_namespace_of_its_folder()
    {
        var breaches = new Breaches("the rules of direction take one for the other: make them the same.");
        foreach (var file in Repository.All.Where(static file => file.Folder is not null))
        {
            // A file without one is what a runtime calls by a bare name, as the start-up hook of the kit.
            var declared = Array.Find(
                file.Lines, static line => line.StartsWith("namespace ", StringComparison.Ordinal));
            var wanted = $"namespace {file.Project}.{file.Folder}";
            breaches.AddIf(
                declared?.Replace(';', '.').StartsWith(wanted + ".", StringComparison.Ordinal) == false,
                file.Path, $"is not in {wanted}");
        }

        breaches.ShouldBeNone();
    }

    private static bool Uses(string project, string from, string to) =>
        Graphs[project].Uses.Any(use => use.From == from && use.To == to);

    private static Func<string, bool> Starts(string prefix) =>
        text => text.StartsWith(prefix, StringComparison.Ordinal);
}
