using System.Text;
using Reconciler.Atlassian.Connect;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Tests.Connect;

public sealed class ConnectWireTests
{
    [Fact]
    public void X10_modules_are_sent_as_a_map_grouped_by_type_with_the_key_inside()
    {
        var body = ConnectWire.Write([
            new ObservedModule("a", ModuleContent.Parse("webItems", """{"name":{"value":"A"},"location":"x"}""")),
            new ObservedModule("b", ModuleContent.Parse("webhooks", "{}")),
            new ObservedModule("c", ModuleContent.Parse("webItems", """{"weight":1.5}""")),
        ]);
        Assert.Equal(
            """{"webItems":[{"key":"a","location":"x","name":{"value":"A"}}"""
            + """,{"key":"c","weight":1.5}],"webhooks":[{"key":"b"}]}""",
            Encoding.UTF8.GetString(body.Span));
    }

    [Theory]
    [InlineData("""{"webItems":[{"key":"b","x":1}],"webhooks":[{"key":"a","event":"e"}]}""")]
    [InlineData("""{"modules":{"webItems":[{"key":"b","x":1}],"webhooks":[{"key":"a","event":"e"}]}}""")]
    [InlineData("""{"modules":[{"webItems":[{"key":"b","x":1}]},{"webhooks":[{"key":"a","event":"e"}]}]}""")]
    public void X10_the_map_is_read_with_or_without_its_wrapper(string body)
    {
        var list = Read(body);
        Assert.Equal(["a", "b"], list.Modules.Select(module => module.Key));
        Assert.Equal(["webhooks", "webItems"], list.Modules.Select(module => module.Content.Type));
        Assert.Equal("""{"x":1}""", Encoding.UTF8.GetString(list.Modules[1].Content.Data.Span));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"webItems":[]}""")]
    [InlineData("""{"modules":{}}""")]
    [InlineData("""{"modules":[]}""")]
    public void No_modules_have_several_forms(string body) => Assert.Empty(Read(body).Modules);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"message":"The request is not from a Connect app."}""")]
    [InlineData("""{"errorMessages":["no"],"errors":{}}""")]
    [InlineData("""{"webItems":null}""")]
    [InlineData("""{"webItems":{"key":"a"}}""")]
    [InlineData("""{"webItems":[{"name":"no key"}]}""")]
    [InlineData("""{"webItems":[7]}""")]
    [InlineData("""{"modules":[{"key":"a","moduleType":"webItems"}]}""")]
    [InlineData("""{"web\ud800Items":[{"key":"a"}]}""")]
    [InlineData("<html></html>")]
    public void What_cannot_be_read_in_full_is_no_list(string body) => Assert.Throws<FormatException>(() => Read(body));

    [Fact]
    public void A_webhook_without_a_key_is_somebody_elses_and_only_a_warning()
    {
        var list = Read("""{"webhooks":[{"event":"e","url":"/u"},{"key":"a","event":"e"}]}""");
        Assert.Equal("a", Assert.Single(list.Modules).Key);
        Assert.Contains("1 webhooks without a key", list.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void I13_a_delete_always_names_a_key_and_repeats_the_parameter()
    {
        Assert.Equal(
            "/rest/atlassian-connect/1/app/module/dynamic?moduleKey=a%2Cb&moduleKey=c%20d",
            ConnectRequests.Remove("a,b", "c d").PathAndQuery);
        Assert.Throws<ArgumentException>(() => ConnectRequests.Remove(""));
        Assert.Throws<ArgumentException>(() => ConnectRequests.Remove("a", ""));
    }

    private static ConnectList Read(string body) => ConnectWire.Read(Encoding.UTF8.GetBytes(body));
}
