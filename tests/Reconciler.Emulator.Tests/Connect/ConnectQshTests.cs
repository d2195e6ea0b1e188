using Reconciler.Emulator.Authentication;

namespace Reconciler.Emulator.Tests.Connect;

/// <summary>The golden vectors of reference §8.3.</summary>
public sealed class ConnectQshTests
{
    private const string P = "/rest/atlassian-connect/1/app/module/dynamic";

    [Theory]
    [InlineData("GET", P, "", "", "7e346d387f3705ccc247b50b607cc92c95c72a234ca09da5d8055eaf01f937f2")]
    [InlineData("get", "/wiki" + P, "/wiki", "", "7e346d387f3705ccc247b50b607cc92c95c72a234ca09da5d8055eaf01f937f2")]
    [InlineData("GET", P + "/", "", "", "7e346d387f3705ccc247b50b607cc92c95c72a234ca09da5d8055eaf01f937f2")]
    [InlineData("POST", P, "", "", "6263ce88c2bfd6fd5ae194bb2afe5ae0017f57d3e4d799edd41d50e0ad8e9b7a")]
    [InlineData("DELETE", P, "", "", "2b690a3185b4233e02f71a0e8d38ac06617fae92cfb0325db476fd5aa92a87c6")]
    [InlineData("DELETE", P, "", "moduleKey=module1&moduleKey=module2",
        "4d82685a6aa33bd5819c9af95175b6c3e58f96d236b9a588af906a13afc4ba7b")]
    [InlineData("DELETE", P, "", "moduleKey=module2&moduleKey=module1",
        "4d82685a6aa33bd5819c9af95175b6c3e58f96d236b9a588af906a13afc4ba7b")]
    [InlineData("DELETE", P, "", "jwt=abc&moduleKey=module1",
        "6e223f5c14edf0834f45fa77df41f61799c0ea26acd9e756f6e71984b855e46f")]
    [InlineData("DELETE", P, "", "moduleKey=a%20b&moduleKey=c%2Cd&moduleKey=e*f~g",
        "e24de000c49eff447dcb12e9c41f06aa2683679f60c1f8f579504153cb9e88ff")]
    [InlineData("DELETE", P, "", "moduleKey=a+b", "1a143ff5c7acc51a1d249cf0607a4a8ce2a8689f4296e82942c50adf456cfb59")]
    [InlineData("DELETE", P, "", "moduleKey=", "1869936965786635dc964dfb93dbfcee638745a5fc9b4cf5f2d5918324c5ad94")]
    [InlineData("GET", "/wiki" + P, "", "", "b30488ffed01343f178eb2e760bcf403c95a27c923e982a2ab40001ff788c708")]
    [InlineData("GET", "/path/to/service", "", "zee_last=param&repeated=parameter 1&first=param&repeated=parameter 2",
        "e52bb281606c3bd9ca16cfe96fe2df78f5d9ffa126f06befd750dfa10fa1a897")]
    [InlineData("GET", "/a", "", "y=%2F&x=it's(1)!*&Y=%C3%A9",
        "220fac532fad6d98bad276a75f8c050701355d0e22cc66256cbcba856896d6a1")]
    [InlineData("GET", "/a&b", "", "c=d", "aa41de7fb349cef67acebcf83cb0079c5c2490f38221b3f3f19319b9bceb007e")]
    public void A_golden_request_has_its_golden_hash(
        string verb, string path, string context, string query, string qsh) =>
        Assert.Contains(qsh, ConnectQsh.Hashes(verb, path, context, query));

    [Fact]
    public void X14_both_published_sort_orders_are_accepted()
    {
        // Raw: "~" (U+007E) comes before "é" (U+00E9). Encoded: "%C3%A9" comes before "~".
        IReadOnlyList<string> hashes = ConnectQsh.Hashes("GET", P, "", "k=~&k=%C3%A9");

        Assert.Equal(2, hashes.Count);
        Assert.Contains(ConnectQsh.Hash($"GET&{P}&k=%C3%A9,~"), hashes);
        Assert.Contains(ConnectQsh.Hash($"GET&{P}&k=~,%C3%A9"), hashes);
    }

    [Fact]
    public void The_golden_token_is_read_and_verified()
    {
        const string golden =
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9."
            + "eyJpc3MiOiJjb20uZXhhbXBsZS5hcHAiLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDE4MCwicXNoIjoiN2UzNDZkMzg3ZjM3"
            + "MDVjY2MyNDdiNTBiNjA3Y2M5MmM5NWM3MmEyMzRjYTA5ZGE1ZDgwNTVlYWYwMWY5MzdmMiJ9."
            + "MeUF7r3ny0xVYix5lbXm28AZFYTYtkEFsoC44AdoYW4";

        ConnectJwt jwt = ConnectJwt.Parse(golden)!;

        Assert.Equal(("com.example.app", "HS256"), (jwt.Issuer, jwt.Algorithm));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_180), jwt.Expiry);
        Assert.True(jwt.IsSignedWith("shared-secret-0123456789"));
        Assert.False(jwt.IsSignedWith("another-secret"));
    }
}
