using System.Net.Sockets;
using Reconciler.Simulation.Kernel;

namespace Reconciler.Simulation.Net;

/// <summary>What the wire does to one exchange.</summary>
internal enum WireFault
{
    None,

    /// <summary>Connection refused: provably not sent.</summary>
    NotSent,

    /// <summary>The request is lost on the way; the client sees a reset.</summary>
    RequestLost,

    /// <summary>The server acts, the answer is lost; the client sees a reset at once.</summary>
    ResponseLost,

    /// <summary>The server acts, the client hears nothing until its own timeout.</summary>
    Silence,

    /// <summary>The client sees a reset at once; the server acts much later.</summary>
    CommittedLate,

    /// <summary>The server answers 5xx without acting.</summary>
    ErrorBefore,

    /// <summary>The server acts and answers 5xx.</summary>
    ErrorAfter,

    /// <summary>The server acts, the body is cut in half.</summary>
    Garbled,
}

/// <summary>Draws faults for one server.</summary>
internal delegate WireFault FaultSource(SimRequest request);

/// <summary>
/// The wire between one process and one server, under the production HTTP clients. The request is delivered after a
/// drawn latency whether or not the sender still lives; the answer only if it does.
/// </summary>
internal sealed class SimTransport(
    SimProcess process, string serverName, Func<SimRequest, SimResponse> server, FaultSource faults,
        WireOptions options)
    : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var arriving = await ReadAsync(request, cancellationToken);
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        await using var registration = cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        Dispatch(request, arriving, faults(arriving), answer);
        return await answer.Task;
    }

    private void Dispatch(
        HttpRequestMessage request, SimRequest arriving, WireFault fault,
            TaskCompletionSource<HttpResponseMessage> answer)
    {
        var kernel = process.Kernel;
        if (fault != WireFault.None)
        {
            kernel.Log(process.Name, $"{serverName} {arriving} fault={fault}");
        }

        switch (fault)
        {
            case WireFault.NotSent:
                Fail(answer, HttpRequestError.ConnectionError, SocketError.ConnectionRefused);
                break;
            case WireFault.RequestLost:
                Fail(answer, HttpRequestError.ResponseEnded, SocketError.ConnectionReset);
                break;
            case WireFault.CommittedLate:
                Fail(answer, HttpRequestError.ResponseEnded, SocketError.ConnectionReset);
                kernel.Between(options.LateMin, options.LateMax, () => Execute(arriving with { IsAnswered = false }));
                break;
            case WireFault.ErrorBefore:
                Deliver(request, SimResponse.Json(503, """{"message":"An internal error occurred"}"""), answer);
                break;
            default:
                kernel.Between(options.LatencyMin, options.LatencyMax, () => Arrive(request, arriving, fault, answer));
                break;
        }
    }

    private void Arrive(
        HttpRequestMessage request, SimRequest arriving, WireFault fault,
            TaskCompletionSource<HttpResponseMessage> answer)
    {
        var response = Execute(arriving with { IsAnswered = fault == WireFault.None });
        switch (fault)
        {
            case WireFault.Silence:
                break;
            case WireFault.ResponseLost:
                Fail(answer, HttpRequestError.ResponseEnded, SocketError.ConnectionReset);
                break;
            case WireFault.ErrorAfter:
                Deliver(request, SimResponse.Json(500, """{"message":"An internal error occurred"}"""), answer);
                break;
            case WireFault.Garbled:
                Deliver(request, response with { Body = response.Body[..(response.Body.Length / 2)] }, answer);
                break;
            default:
                Deliver(request, response, answer);
                break;
        }
    }

    private SimResponse Execute(SimRequest arriving)
    {
        var response = server(arriving);
        process.Kernel.Log(serverName, $"{arriving} from {arriving.Process} → {(int)response.Status}");
        return response;
    }

    private void Deliver(HttpRequestMessage request, SimResponse response,
        TaskCompletionSource<HttpResponseMessage> answer) =>
        process.Kernel.Between(options.LatencyMin, options.LatencyMax, () =>
        {
            if (answer.TrySetResult(response.ToMessage(request)))
            {
                response.Heard?.Invoke();
            }
        });

    private void Fail(TaskCompletionSource<HttpResponseMessage> answer, HttpRequestError error, SocketError socket) =>
        process.Kernel.Between(
            options.LatencyMin, options.LatencyMax,
            () => answer.TrySetException(
                new HttpRequestException(error, $"simulated {error}", new SocketException((int)socket))));

    private async Task<SimRequest> ReadAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        if (request.Content is not null)
        {
            await request.Content.CopyToAsync(body, cancellationToken);
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            headers[name] = values.ToString();
        }

        if (request.Content is not null)
        {
            foreach (var (name, values) in request.Content.Headers.NonValidated)
            {
                headers[name] = values.ToString();
            }
        }

        var uri = request.RequestUri!;
        return new SimRequest(
            request.Method.Method, uri.AbsolutePath, ParseQuery(uri.Query), body.ToArray(), headers, process.Name)
        {
            SentAt = process.Kernel.Now,
            RawQuery = uri.Query,
        };
    }

    private static Dictionary<string, string> ParseQuery(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            parameters[Uri.UnescapeDataString(pair[0])] = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
        }

        return parameters;
    }
}

/// <summary>How slow the wire to one server is.</summary>
internal sealed record WireOptions(TimeSpan LatencyMin, TimeSpan LatencyMax, TimeSpan LateMin, TimeSpan LateMax);
