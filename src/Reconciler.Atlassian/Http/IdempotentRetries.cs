using Polly;
using Polly.Retry;
using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Http;

/// <summary>
/// Two quick retries for GET, PUT and DELETE when the network or the remote stumbled. Longer waits belong to the queue,
/// throttling to the gate; a POST never passes through here.
/// </summary>
internal static class IdempotentRetries
{
    public const int RetriesMax = 2;
    private const double FirstDelaySeconds = 0.25;

    public static ResiliencePipeline<Exchange> Create(TimeProvider time, Func<double> random) =>
        new ResiliencePipelineBuilder<Exchange> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Exchange>
            {
                MaxRetryAttempts = RetriesMax,
                ShouldHandle = arguments => ValueTask.FromResult(IsTransient(arguments.Outcome.Result)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(Delay(arguments.AttemptNumber, random())),
            })
            .Build();

    /// <summary>0.25 s, 0.5 s … × U(0.7, 1.3).</summary>
    public static TimeSpan Delay(int attempt, double random) =>
        TimeSpan.FromSeconds(FirstDelaySeconds * Math.Pow(2, attempt) * (0.7 + (0.6 * random)));

    private static bool IsTransient(Exchange? exchange) => exchange switch
    {
        Exchange.Lost => true,
        Exchange.NotSent { Fault: RemoteFault.Unavailable } => true,
        Exchange.Answered { Reply: { Throttle: null, Status: 408 or 500 or 502 or 503 or 504 } } => true,
        Exchange.Answered { Reply: { IsSuccess: true, BodyFault: RemoteFault.Unavailable } } => true,
        _ => false,
    };
}
