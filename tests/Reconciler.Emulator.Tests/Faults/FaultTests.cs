using System.Text.Json;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.Faults;

/// <summary>Each kind of fault: what the client sees, and whether the effect took place.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(FaultKind.StatusBeforeCommit, 0)]
    [InlineData(FaultKind.StatusAfterCommit, 1)]
    public async Task A_status_replaces_the_answer_before_or_after_the_effect(FaultKind kind, int modules)
    {
        await using Remote remote = await FaultyAsync(new FaultRule { Kind = kind, Status = 503, Count = 1 });

        Reply failed = await remote.PostAsync();

        Assert.Equal(503, failed.Status);
        Assert.Equal(modules, remote.Server.Modules().Count);
        Assert.Equal(modules == 1, remote.Server.Requests()[0].Committed);
        Assert.Equal(201, (await remote.PostAsync()).Status);
    }

    [Fact]
    public async Task A_500_has_the_printed_body_and_a_429_takes_its_headers_from_the_rule()
    {
        await using Remote remote = await FaultyAsync(
            new FaultRule { Kind = FaultKind.StatusBeforeCommit, Status = 500, Count = 1 },
            new FaultRule
            {
                Kind = FaultKind.StatusBeforeCommit,
                Status = 429,
                Body = """{"message":"slow"}""",
                Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Retry-After"] = "7" },
            });

        Reply first = await remote.PostAsync();
        Reply second = await remote.PostAsync();

        Assert.Equal((500, """{"message":"An internal error occurred"}"""), (first.Status, first.Text));
        Assert.Equal((429, """{"message":"slow"}""", "7"), (second.Status, second.Text, second.Header("Retry-After")));
    }

    [Theory]
    [InlineData(FaultKind.DropBeforeCommit, 0)]
    [InlineData(FaultKind.DropAfterCommit, 1)]
    public async Task A_dropped_connection_loses_the_request_or_the_answer(FaultKind kind, int modules)
    {
        await using Remote remote = await FaultyAsync(new FaultRule { Kind = kind, Verb = "POST" });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => remote.PostAsync());

        Assert.Equal(modules, remote.Server.Modules().Count);
        Assert.Equal(0, Assert.Single(remote.Server.Requests()).Status);
    }

    [Theory]
    [InlineData(504)]
    [InlineData(null)]
    public async Task A_late_commit_happens_after_the_client_was_told_otherwise(int? status)
    {
        await using Remote remote = await Remote.StartFrozenAsync();
        remote.Server.AddFault(
            new FaultRule { Kind = FaultKind.CommitLate, DelayMs = 30_000, Status = status, Count = 1 });

        if (status is null)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => remote.PostAsync());
        }
        else
        {
            Assert.Equal(status, (await remote.PostAsync()).Status);
        }

        remote.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("[]", (await remote.ListAsync()).Text);
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2), TimeProvider.System);
        Task committed = remote.Server.WaitAsync((_, log) => log[0].CommittedLateAt is not null, limit.Token);
        remote.Clock.Advance(TimeSpan.FromSeconds(1));
        await committed;

        Assert.Equal(remote.Server.Modules()[0].Key, remote.Server.Requests()[0].Key);
        Assert.True(remote.Server.Requests()[0].Committed);
    }

    [Theory]
    [InlineData(FaultKind.TruncatedBody)]
    [InlineData(FaultKind.GarbledJson)]
    [InlineData(FaultKind.HtmlBody)]
    public async Task A_spoiled_body_is_no_json_though_the_module_exists(FaultKind kind)
    {
        await using Remote remote = await FaultyAsync(new FaultRule { Kind = kind });

        Reply reply = await remote.PostAsync();

        Assert.Equal(201, reply.Status);
        Assert.ThrowsAny<JsonException>(() => reply.Json);
        Assert.Equal(kind == FaultKind.HtmlBody, reply.ContentType!.StartsWith("text/html", StringComparison.Ordinal));
        Assert.Single(remote.Server.Modules());
    }

    [Fact]
    public async Task A_cut_body_ends_in_the_middle()
    {
        await using Remote remote = await FaultyAsync(new FaultRule { Kind = FaultKind.CutBody });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => remote.PostAsync());

        Assert.Single(remote.Server.Modules());
    }

    [Fact]
    public async Task A_right_body_may_have_the_wrong_type_or_be_huge()
    {
        await using Remote remote = await FaultyAsync(
            new FaultRule { Kind = FaultKind.WrongContentType, Count = 1 },
            new FaultRule { Kind = FaultKind.HugeBody, Bytes = 3_000_000 });

        Reply plain = await remote.PostAsync();
        Reply huge = await remote.PostAsync();

        Assert.StartsWith("text/plain", plain.ContentType, StringComparison.Ordinal);
        Assert.NotNull(plain.Key);
        Assert.Equal(3_000_000, huge.Text.Length);
        Assert.NotNull(huge.Key);
    }

    [Fact]
    public async Task A_slow_body_arrives_whole()
    {
        await using Remote remote = await FaultyAsync(new FaultRule { Kind = FaultKind.SlowBody, DelayMs = 32 });

        Assert.NotNull((await remote.PostAsync()).Key);
    }

    [Theory]
    [InlineData(FaultKind.Hang, 0)]
    [InlineData(FaultKind.HangAfterCommit, 1)]
    public async Task A_hanging_request_ends_when_the_client_leaves(FaultKind kind, int modules)
    {
        await using Remote remote = await FaultyAsync(new FaultRule { Kind = kind });
        using CancellationTokenSource impatience = new();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2), TimeProvider.System);

        Task<Reply> post = remote.SendAsync("POST", Remote.V2, Remote.Trigger, ct: impatience.Token);
        await remote.Server.WaitAsync((_, log) => log.Count == 1, limit.Token);
        impatience.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);
        await remote.Server.WaitAsync((state, _) => state.InFlight == 0, limit.Token);
        Assert.Equal(modules, remote.Server.Modules().Count);
    }

    [Fact]
    public async Task A_list_may_repeat_its_cursor_show_empty_pages_or_never_end()
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { MaxPageSize = 1 });
        await remote.PostAsync();
        await remote.PostAsync();

        remote.Server.AddFault(new FaultRule { Id = "f", Kind = FaultKind.RepeatedPageToken });
        string first = Cursor(await remote.ListAsync());
        Assert.Equal(first, Cursor(await remote.ListAsync(Next(first))));

        remote.Server.AddFault(new FaultRule { Id = "f", Kind = FaultKind.EmptyPage, Count = 1 });
        Reply empty = await remote.ListAsync();
        Assert.Equal(0, empty.Json.GetProperty("result").GetArrayLength());
        Assert.Equal(1, (await remote.ListAsync(Next(Cursor(empty)))).Json.GetProperty("result").GetArrayLength());

        remote.Server.AddFault(new FaultRule { Id = "f", Kind = FaultKind.EndlessList });
        HashSet<string> cursors = new(StringComparer.Ordinal);
        string query = "";
        for (int page = 0; page < 10; page++)
        {
            string cursor = Cursor(await remote.ListAsync(query));
            Assert.True(cursors.Add(cursor));
            query = Next(cursor);
        }
    }

    [Fact]
    public async Task A_list_may_leave_one_module_out_without_a_sign()
    {
        await using Remote remote = await FaultyAsync(new FaultRule { Kind = FaultKind.OmitLast, Verb = "GET" });
        await remote.PostAsync();

        Assert.Equal("[]", (await remote.ListAsync()).Text);
    }

    private static string Cursor(Reply reply) => reply.Json.GetProperty("lastEvaluatedKey").GetString()!;

    private static string Next(string cursor) => "?nextPageToken=" + Uri.EscapeDataString(cursor);

    private static Task<Remote> FaultyAsync(params FaultRule[] rules) =>
        Remote.StartAsync(new EmulatorOptions { Seed = 7, Faults = rules });
}
