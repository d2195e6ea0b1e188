using System.Buffers.Text;
using System.Text;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>The canary test is worth what its search finds.</summary>
public sealed class SecretFormsTests
{
    // With bytes whose base64 differs between the two alphabets.
    private const string Secret = "canary-~~~>>>???-8f4e1b";

    private static readonly SecretForms Forms = new(Secret);

    [Fact]
    public void A_secret_is_found_as_it_is_and_in_any_case()
    {
        Assert.NotNull(Forms.FindIn($"Bearer {Secret}."));
        Assert.NotNull(Forms.FindIn($"https://{Secret.ToUpperInvariant()}.example/"));
        Assert.Null(Forms.FindIn($"Bearer {Secret[..^1]}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("xy")]
    [InlineData("Bearer ")]
    public void A_secret_is_found_in_base64_wherever_it_begins(string before)
    {
        foreach (var after in new[] { "", "z", "\n{}" })
        {
            var bytes = Encoding.UTF8.GetBytes(before + Secret + after);
            Assert.NotNull(Forms.FindIn($"token: {Convert.ToBase64String(bytes)}"));
            Assert.NotNull(Forms.FindIn($"token: {Base64Url.EncodeToString(bytes)}"));
        }

        Assert.Null(Forms.FindIn(Convert.ToBase64String(Encoding.UTF8.GetBytes(before + "another secret altogether"))));
    }
}
