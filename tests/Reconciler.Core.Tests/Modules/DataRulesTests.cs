using System.Text.Json;
using Reconciler.Core.ModuleRules;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Tests.Modules;

/// <summary>The documented shapes, and what is only advice about them.</summary>
public sealed class DataRulesTests
{
    [Fact]
    public void All_seventeen_dynamic_forge_types_have_rules() =>
        Assert.Equal(17, DataRules.TypesOf(RemoteApi.ForgeV2).Length);

    [Theory]
    [InlineData("trigger", """{"events":["avi:jira:updated:issue"],"endpoint":"e"}""")]
    [InlineData("trigger", """{"events":["avi:cloud:ecosystem::event/app/key"],"function":"f.g","key":"k"}""")]
    [InlineData("trigger", """
        {"events":[{"eventType":"avi:jira:created:issue","filter":{"ignoreSelf":true},
          "payload":{"include":{"fields":["summary"]}}}],"function":"f"}
        """)]
    [InlineData("jira:issueAction", """{"title":{"i18n":"a.b"},"resource":"ui/main","viewportSize":{"width":"9px"}}""")]
    [InlineData("jira:jqlFunction", """
        {"name":"f","arguments":[{"name":"a","required":true}],"types":["issue"],"operators":["not in"],"function":"f"}
        """)]
    [InlineData("jiraServiceManagement:portalHeader", """{"resource":"ui","pages":["portal"]}""")]
    [InlineData(
        "macro", """{"title":"t","title__i18n":"k","function":"f","autoConvert":{"matchers":[{"pattern":"x"}]}}""")]
    public void What_the_documents_show_is_not_advised_on(string type, string data) =>
        Assert.Empty(Check(type, data));

    [Theory]
    [InlineData("trigger", """{"endpoint":"e"}""", "data.events is missing: add it")]
    [InlineData("trigger", """{"events":[]}""", "data lacks function or endpoint: add one")]
    [InlineData("trigger", """{"events":[],"endpoint":"e","function":"f"}""",
        "data has more than one of function or endpoint: keep one")]
    [InlineData("trigger", """{"events":[],"endpoint":"e","filter":{"onError":"IGNORE"}}""",
        "data.filter lacks ignoreSelf or expression or appIsLicensed: add one")]
    [InlineData("trigger", """{"events":[],"endpoint":"e","filter":{"expression":"x","onError":"NO"}}""",
        "data.filter.onError must be IGNORE, IGNORE_AND_LOG, RECEIVE, RECEIVE_AND_LOG")]
    [InlineData("trigger", """{"events":[7],"endpoint":"e"}""", "data.events[0] must be a text, an object")]
    [InlineData("jira:issuePanel", """{"title":"t","icon":"i","resource":"a b"}""",
        "data.resource does not match ^[a-zA-Z0-9_-]{1,23}([\\x2F][a-zA-Z0-9_-]{1,23})?$")]
    [InlineData("confluence:contentBylineItem", """{"title":1,"resource":"ui"}""",
        "data.title must be a text, an object")]
    [InlineData("jira:customField", """{"name":"n","description":"d","type":"object"}""",
        "data lacks a formatter, which type object requires: add view.formatter")]
    public void What_breaks_a_documented_rule_is_an_error(string type, string data, string expected)
    {
        var advice = Assert.Single(Check(type, data));

        Assert.Equal((AdviceWeight.Error, expected), (advice.Weight, advice.ToString()));
    }

    [Theory]
    [InlineData("jira:newThing", "{}",
        "data is not checked: type jira:newThing is not among those known to be dynamic")]
    [InlineData("trigger", """{"events":["avi:jira:updated:issue"],"endpoint":"e","new":1}""",
        "data.new is not documented; it is sent as it is")]
    [InlineData("trigger", """{"events":["avi:jira:updated:issue"],"endpoint":"e","":1}""",
        "data. is not documented; it is sent as it is")]
    public void What_is_unknown_only_warns(string type, string data, string expected)
    {
        var advice = Assert.Single(Check(type, data));

        Assert.Equal((AdviceWeight.Warning, expected), (advice.Weight, advice.ToString()));
    }

    [Theory]
    [InlineData("avi:confluence:updated:page", 1)]
    [InlineData("avi:jira:updated:issue", 0)]
    public void X15_ignoreSelf_outside_Jira_passes_with_a_warning(string name, int warnings)
    {
        var advice = Check("trigger", $$"""
            {"events":["{{name}}"],"endpoint":"e","filter":{"ignoreSelf":true} }
            """);

        Assert.Equal(warnings, advice.Count);
        Assert.All(advice, one => Assert.Equal(AdviceWeight.Warning, one.Weight));
    }

    [Fact]
    public void X20_searchAlias_is_recommended_and_fields_of_the_samples_are_known()
    {
        var content = Check("confluence:contentProperty", """
            {"propertyKey":"p","values":[{"path":"a","type":"string"}]}
            """);
        Assert.Equal(AdviceWeight.Warning, Assert.Single(content).Weight);
        Assert.Empty(Check("jira:customField", """
            {"name":"n","description":"d","type":"string","searchAlias":"dynamicText","view":{"resource":"v"}}
            """));
        Assert.Empty(Check("confluence:contextMenu", """{"title":"t","description":"d","resource":"ui"}"""));
        Assert.Empty(Check(
            "jiraServiceManagement:portalRequestViewAction", """{"title":"t","icon":"i","function":"f"}"""));
    }

    [Fact]
    public void Connect_modules_are_checked_for_their_least_fields_only()
    {
        Assert.Empty(Check(
            "webItems", """{"key":"k","name":{"value":"v"},"location":"l","weight":1}""", RemoteApi.ConnectJira));
        Assert.Equal(
            "data.url is missing: add it",
            Assert.Single(Check("webhooks", """{"key":"k","event":"e"}""", RemoteApi.ConnectConfluence)).ToString());
    }

    [Fact]
    public void Any_JSON_is_answered()
    {
        string[] odd = ["null", "[]", "7", "\"x\"", "{\"events\":{}}", "{\"filter\":[]}", "{\"type\":null,\"view\":3}"];
        foreach (var type in DataRules.TypesOf(RemoteApi.ForgeV2))
        {
            Assert.All(odd, data => Check(type, data));
        }
    }

    private static IReadOnlyList<Advice> Check(string type, string data, RemoteApi api = RemoteApi.ForgeV2)
    {
        using var document = JsonDocument.Parse(data);
        return DataRules.Check(api, type, document.RootElement);
    }
}
