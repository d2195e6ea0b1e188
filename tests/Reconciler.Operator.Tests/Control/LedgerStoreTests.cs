using System.Text;
using System.Text.Json.Nodes;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
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
    private FakeCollection _ledgers = null!;
    private KubernetesClient _client = null!;

    public async Task InitializeAsync()
    {
        _api = await FakeApiServer.StartAsync();
        _ledgers = _api.Serve("reconciler.io/v1alpha1", "moduleledgers", "ModuleLedger", hasStatus: false);
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

    /// <summary>We know what we sent: the answer need not carry a hundred entries back.</summary>
    [Fact]
    public async Task A_write_is_answered_with_metadata_alone_which_the_next_one_carries_on()
    {
        var store = NewStore();
        var (ledger, version) = await BeginAsync(store);
        _ledgers.Edit(Key.Name, Key.Namespace, static stored =>
            stored["metadata"]!["labels"] = new JsonObject { ["tier"] = "gold" });
        var read = Assert.IsType<LedgerReadOutcome.Found>(await store.ReadAsync(Key, default));

        var next = Next(ledger, "next");
        var written = Assert.IsType<LedgerWriteOutcome.Written>(await store.WriteAsync(next, read.Version, default));
        Assert.IsType<LedgerWriteOutcome.Written>(
            await store.WriteAsync(Next(next, "and on"), written.Version, default));

        var writes = _api.Requests.Where(static request => request.Method is "POST" or "PUT").ToList();
        Assert.Equal(3, writes.Count);
        Assert.All(writes, static request => Assert.Equal(ContentTypes.PartialObject, request.Header("Accept")));
        Assert.Contains("\"tier\":\"gold\"", writes[^1].Text, StringComparison.Ordinal);
        Assert.NotEqual(version, written.Version);
    }

    /// <summary>A 200 whose body is no object with a version acknowledges nothing: what is stored decides.</summary>
    [Theory]
    [InlineData("""{"metadata":{"name":"acme"}}""")]
    [InlineData("""{"metadata":{"resourceVersion":""}}""")]
    [InlineData("""{"metadata":"none"}""")]
    [InlineData("""{"kind":"Status"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task An_answer_without_a_version_is_read_back(string answer)
    {
        var store = NewStore();
        var (ledger, version) = await BeginAsync(store);
        _api.Fail(static request => request.Method == "PUT", new FakeFault.Raw(Encoding.UTF8.GetBytes(answer)));

        Assert.IsType<LedgerWriteOutcome.Failed>(await store.WriteAsync(Next(ledger, "mine"), version, default));
    }

    /// <summary>What is kept between passes is what a replacing write must carry on; managedFields are the
    /// server's.</summary>
    [Fact]
    public void Metadata_of_others_is_carried_on_and_managedFields_are_not()
    {
        const string Stored = """
            {"metadata":{"name":"acme","namespace":"team-a","resourceVersion":"7","uid":"u","labels":{"tier":"gold"},
             "annotations":{"a":"b"},"finalizers":["others/one"],"managedFields":[{"manager":"kubectl"}]}}
            """;
        var metadata = LedgerMetadata.Parse(Encoding.UTF8.GetBytes(Stored));
        var ledger = Leadership.Begin(Key, RemoteApi.ForgeV2, "cluster-1", "writer");
        var body = Encoding.UTF8.GetString(metadata.ReplacedBy(ledger, ResourceTypes.ModuleLedger));

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
