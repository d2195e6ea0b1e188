using Reconciler.TestKit.Processes;

namespace Reconciler.Bench;

/// <summary>Asks /readyz until it says yes.</summary>
internal static class Readiness
{
    public static async Task AwaitAsync(OperatorProcess process)
    {
        var health = await process.HealthAddressAsync();
        while (true)
        {
            var (status, _) = await LoopbackHttp.SendAsync(
                HttpMethod.Get, new Uri(health, "readyz"), null, TimeSpan.FromSeconds(10));
            if (status == 200)
            {
                return;
            }

            await Task.Delay(2);
        }
    }
}
