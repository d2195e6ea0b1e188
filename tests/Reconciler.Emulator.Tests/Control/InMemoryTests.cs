using System.Text;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Tests.Support;
using Reconciler.TestKit;

namespace Reconciler.Emulator.Tests.Control;

/// <summary>The emulator without sockets does what the listening one does.</summary>
public sealed class InMemoryTests
{
    [Fact]
    public async Task A_module_is_registered_listed_and_seen_by_the_control_endpoints()
    {
        await using EmulatorServer emulator = EmulatorServer.InMemory();
        using HttpMessageInvoker http = new(emulator.CreateHandler());

        Reply created = await SendAsync(http, emulator, "POST", Remote.V2, Remote.Trigger);
        Reply list = await SendAsync(http, emulator, "GET", Remote.V2 + "/?limit=10");
        Reply state = await SendAsync(http, emulator, "GET", "/_emulator/state");

        Assert.Equal((201, 200), (created.Status, list.Status));
        Assert.Equal("application/json", created.ContentType);
        Assert.Contains(created.Key, state.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultKind.DropBeforeCommit, 0)]
    [InlineData(FaultKind.DropAfterCommit, 1)]
    [InlineData(FaultKind.CutBody, 1)]
    public async Task A_lost_answer_is_the_exception_of_a_real_connection(FaultKind kind, int modules)
    {
        await using EmulatorServer emulator = EmulatorServer.InMemory();
        using HttpMessageInvoker http = new(emulator.CreateHandler());
        emulator.AddFault(new FaultRule { Kind = kind });

        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => SendAsync(http, emulator, "POST", Remote.V2, Remote.Trigger));

        Assert.Equal(modules, emulator.Modules().Count);
    }

    [Fact]
    public async Task Latency_and_late_commits_follow_the_clock_on_the_callers_thread()
    {
        ManualTimeProvider clock = new();
        await using EmulatorServer emulator = EmulatorServer.InMemory(new EmulatorOptions { TimeProvider = clock });
        using HttpMessageInvoker http = new(emulator.CreateHandler());
        emulator.Configure(knobs => knobs with { LatencyMs = 100 });
        emulator.AddFault(new FaultRule { Kind = FaultKind.CommitLate, DelayMs = 5000, Status = 504 });

        Task<Reply> post = SendAsync(http, emulator, "POST", Remote.V2, Remote.Trigger);
        Assert.False(post.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(504, (await post).Status);
        clock.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.Empty(emulator.Modules());
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(emulator.Modules());
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_stop_the_effect()
    {
        ManualTimeProvider clock = new();
        await using EmulatorServer emulator = EmulatorServer.InMemory(new EmulatorOptions { TimeProvider = clock });
        using HttpMessageInvoker http = new(emulator.CreateHandler());
        using CancellationTokenSource impatience = new();
        emulator.Configure(knobs => knobs with { LatencyMs = 100 });

        Task<Reply> post = SendAsync(http, emulator, "POST", Remote.V2, Remote.Trigger, impatience.Token);
        impatience.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Single(emulator.Modules());
    }

    private static async Task<Reply> SendAsync(
        HttpMessageInvoker http,
        EmulatorServer emulator,
        string verb,
        string path,
        string? body = null,
        CancellationToken ct = default)
    {
        using HttpRequestMessage request = new(new HttpMethod(verb), new Uri(emulator.BaseUrl, path));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + EmulatorOptions.DefaultToken);
        request.Content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using HttpResponseMessage response = await http.SendAsync(request, ct);
        return await Reply.ReadAsync(response, ct);
    }
}
