using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Reconciler.Operator.Intake;

/// <summary>
/// Answers one call. In this order: budget, method, size, proof, body, Secret; nothing of a caller is kept before
/// its proof holds. Answers have no body and tell a caller nothing but its class: 401 for every proof that does not
/// hold, which Forge reports as INVALID_FORGE_INVOCATION_TOKEN.
/// </summary>
internal sealed class IntakeEndpoint(
    IntakeOptions options, CallerBudgets budgets, InvocationVerifier verifier, Delivery delivery,
    IntakeMetrics metrics, TimeProvider time)
{
    private const int BodyMax = 64 * 1024;
    private const string Scheme = "Bearer ";
    private const string SystemTokenHeader = "x-forge-oauth-system";

    public async Task HandleAsync(HttpContext context)
    {
        using var late = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, late.Token);
        try
        {
            Answer(context, await TakeAsync(context, either.Token));
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            Answer(context, Refuse(StatusCodes.Status408RequestTimeout, RefusalReasons.Slow));
        }
        catch (BadHttpRequestException exception)
        {
            // The web server's own limits: too slow, too large, cut off.
            Answer(context, Refuse(exception.StatusCode, RefusalReasons.Body));
        }
        catch (IOException)
        {
            Answer(context, Refuse(StatusCodes.Status400BadRequest, RefusalReasons.Body));
        }
    }

    private async Task<int> TakeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (!budgets.TryTake(context.Connection.RemoteIpAddress))
        {
            return Refuse(StatusCodes.Status429TooManyRequests, RefusalReasons.Rate);
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            return Refuse(StatusCodes.Status405MethodNotAllowed, RefusalReasons.Method);
        }

        if (request.ContentLength > BodyMax)
        {
            return Refuse(StatusCodes.Status413PayloadTooLarge, RefusalReasons.Body);
        }

        if (Proof(request.Headers.Authorization) is not { } token)
        {
            return Refuse(StatusCodes.Status401Unauthorized, RefusalReasons.Missing);
        }

        return await verifier.VerifyAsync(token, cancellationToken) switch
        {
            InvocationVerdict.Genuine genuine => await TakeAsync(request, genuine.Invocation, cancellationToken),
            InvocationVerdict.Refused refused => Refuse(StatusCodes.Status401Unauthorized, refused.Reason),
            InvocationVerdict.Undecided => Refuse(StatusCodes.Status503ServiceUnavailable, RefusalReasons.NoKeys),
            var unknown => throw new InvalidOperationException($"Unknown verdict {unknown}."),
        };
    }

    private async Task<int> TakeAsync(
        HttpRequest request, Invocation invocation, CancellationToken cancellationToken)
    {
        if (await BoundedRead.AllAsync(request.Body, BodyMax, cancellationToken) is not { } body)
        {
            return Refuse(StatusCodes.Status413PayloadTooLarge, RefusalReasons.Body);
        }

        var header = request.Headers[SystemTokenHeader];
        var token = header.Count == 1 ? SystemToken.TryParse(header[0]) : null;
        var problem = await delivery.TakeAsync(
            invocation, token, LifecycleEvent.Read(body.Span), cancellationToken);
        return problem switch
        {
            null => StatusCodes.Status204NoContent,
            RefusalReasons.Store => Refuse(StatusCodes.Status503ServiceUnavailable, problem),
            _ => Refuse(StatusCodes.Status401Unauthorized, problem),
        };
    }

    private int Refuse(int status, string reason)
    {
        metrics.Refused(reason);
        return status;
    }

    private static string? Proof(StringValues authorization) =>
        authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : null;

    private static void Answer(HttpContext context, int status)
    {
        if (context.Response.HasStarted)
        {
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentLength = status == StatusCodes.Status204NoContent ? null : 0;
        switch (status)
        {
            case StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests:
                context.Response.Headers.RetryAfter = "10";
                break;
            case StatusCodes.Status405MethodNotAllowed:
                context.Response.Headers.Allow = "POST";
                break;
        }

        if (status is not (StatusCodes.Status204NoContent or StatusCodes.Status503ServiceUnavailable))
        {
            // Whoever is refused pays for a new connection, and no rest of a body is read.
            context.Response.Headers.Connection = "close";
        }
    }
}
