using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Control;

/// <summary>Ledger writes whose answer is lost: what counts as written (crash-safety.md §3).</summary>
public sealed class LedgerStoreTests : IAsyncLifetime
{
    private static readonly InstallationKey Key = new("team-a", "acme");

    private readonly ControlMetrics _metrics = new(TimeProvider.System);
    private FakeApiServer _api = null!;
    private KubernetesClient _client = null!;

    public async Task InitializeAsync()
    {
        _api = await FakeApiServer.StartAsync();
        _api.Serve("reconciler.io/v1alpha1", "moduleledgers", "ModuleLedger", hasStatus: false);
        _client = new(
            new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false }), _api.Address,
            AnonymousCredential.Instance, new(), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _metrics.Dispose();
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_whose_answer_was_lost_counts_as_written_only_if_it_is_there(bool committed)
    {
        var store = NewStore();
        var (ledger, version) = await BeginAsync(store);
        LoseNextAnswer(committed);

        var outcome = await store.WriteAsync(Next(ledger, "mine"), version, default);

        Assert.Equal(committed, outcome is LedgerWriteOutcome.Written);
    }

    /// <summary>Seed 55: sequence, epoch and writer were ours, the content was a predecessor's late result.</summary>
    [Fact]
    public async Task A_version_that_a_predecessor_wrote_in_our_name_is_not_taken_for_ours()
    {
        var store = NewStore();
        var (ledger, version) = await BeginAsync(store);
        var predecessor = NewStore();
        await predecessor.ReadAsync(Key, default);
        Assert.IsType<LedgerWriteOutcome.Written>(
            await predecessor.WriteAsync(Next(ledger, "a late result"), version, default));
        LoseNextAnswer(committed: false);

        var outcome = await store.WriteAsync(Next(ledger, "an announcement"), version, default);

        Assert.IsType<LedgerWriteOutcome.Conflict>(outcome);
    }

    /// <summary>What is kept between passes is what a replacing write must carry on; managedFields are longer than the
    /// ledger itself.</summary>
    [Fact]
    public void Metadata_of_others_is_carried_on_and_managedFields_are_not()
    {
        const string Stored = """
            {"metadata":{"name":"acme","namespace":"team-a","resourceVersion":"7","uid":"u","labels":{"tier":"gold"},
             "annotations":{"a":"b"},"finalizers":["others/one"],"managedFields":[{"manager":"kubectl"}]}}
            """;
        using var document = System.Text.Json.JsonDocument.Parse(Stored);
        var metadata = LedgerMetadata.Of(document.RootElement.GetProperty("metadata"));
        var ledger = Leadership.Begin(Key, RemoteApi.ForgeV2, "cluster-1", "writer");
        var body = System.Text.Encoding.UTF8.GetString(metadata.ReplacedBy(ledger, ResourceTypes.ModuleLedger));

        Assert.Equal("7", metadata.Version);
        Assert.Contains("\"labels\":{\"tier\":\"gold\"},\"annotations\":{\"a\":\"b\"}", body, StringComparison.Ordinal);
        Assert.Contains("\"finalizers\":[\"others/one\"]", body, StringComparison.Ordinal);
        Assert.Contains("\"resourceVersion\":\"7\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("managedFields", body, StringComparison.Ordinal);
    }

    private ClusterLedgerStore NewStore() => new(_client, ResourceTypes.ModuleLedger, _metrics);

    private static async Task<(Ledger Ledger, string Version)> BeginAsync(ClusterLedgerStore store)
    {
        var ledger = Next(Leadership.Begin(Key, RemoteApi.ForgeV2, "cluster-1", "writer"), "genesis");
        var written = Assert.IsType<LedgerWriteOutcome.Written>(await store.WriteAsync(ledger, null, default));
        return (ledger, written.Version);
    }

    private static Ledger Next(Ledger ledger, string message) =>
        ledger.Note(DateTimeOffset.UnixEpoch, "uid-one", RuleIds.Create, message).Seal(ledger);

    private void LoseNextAnswer(bool committed) =>
        _api.Fail(static request => request.Method == "PUT", new FakeFault.Refuse(503, Committed: committed), times: 1);
}
