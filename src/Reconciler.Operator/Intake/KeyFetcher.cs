namespace Reconciler.Operator.Intake;

/// <summary>Gets a key set: one GET, no redirect, bounded in time and size.</summary>
internal sealed class KeyFetcher(HttpMessageInvoker http, IntakeMetrics metrics, TimeProvider time)
{
    private const int SizeMax = 256 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <exception cref="HttpRequestException">No answer, or not 200.</exception>
    /// <exception cref="FormatException">The answer is no usable key set, or too large.</exception>
    /// <exception cref="OperationCanceledException">The answer took too long.</exception>
    public async Task<Dictionary<string, Microsoft.IdentityModel.Tokens.RsaSecurityKey>> FetchAsync(Uri address)
    {
        var isFetched = false;
        using var late = new CancellationTokenSource(Patience, time);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        try
        {
            using var response = await http.SendAsync(request, late.Token);
            if ((int)response.StatusCode != 200)
            {
                throw new HttpRequestException($"it answered {(int)response.StatusCode}");
            }

            await using var body = await response.Content.ReadAsStreamAsync(late.Token);
            var keys = KeyDocument.Read(
                await BoundedRead.AllAsync(body, SizeMax, late.Token)
                ?? throw new FormatException($"the answer is larger than {SizeMax} bytes"));
            isFetched = true;
            return keys;
        }
        finally
        {
            metrics.KeysFetched(isFetched);
        }
    }
}
