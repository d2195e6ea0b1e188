using System.Text;
using Reconciler.Atlassian.ForgeV2;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Tests.ForgeV2;

/// <summary>Where public pages and schemas contradict each other about data, we send what was written.</summary>
public sealed class PassThroughTests
{
    [Theory]
    [InlineData(
        "trigger", """{"events":["avi:confluence:updated:page"],"filter":{"ignoreSelf":true},"function":"f"}""")]
    [InlineData(
        "trigger", """{"events":["avi:jira:updated:issue"],"filter":"""
        + """{"expression":"event.issue.fields?.issuetype.name == 'Bug'"},"function":"f"}""")]
    [InlineData(
        "trigger", """{"events":["avi:jira:updated:issue"],"filter":"""
        + """{"expression":"event.issue.fields?.issueType.name == 'Bug'"},"function":"f"}""")]
    [InlineData("jira:customField", """{"description":"d","name":"n","searchAlias":"dynamicText","type":"string"}""")]
    [InlineData("no:suchType", """{"anything":[{}]}""")]
    public void X15_X16_X20_data_is_passed_through_unjudged(string type, string data)
    {
        var body = new ForgeV2Requests(trailingSlash: true).Create("a", ModuleContent.Parse(type, data)).Body;
        Assert.Equal($$"""{"type":"{{type}}","data":{{data}}}""", Encoding.UTF8.GetString(body.Span));
    }

    [Fact]
    public void X13_the_limit_is_an_option_and_not_a_constant_of_the_wire()
    {
        Assert.Equal(100, new RemoteOptions().Quota);
        Assert.Equal(10, new RemoteOptions { Quota = 10 }.Quota);
    }
}
