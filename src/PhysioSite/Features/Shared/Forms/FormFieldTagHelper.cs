using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Shared.Forms;

/// <summary>
/// A form field with its label, hint and error. The error is read from <c>ModelState</c> by the name of the field. The hint and the error
/// are the accessible description of the control. Other attributes, such as <c>autocomplete</c>, are copied to the control. Child content
/// is rendered after the control.
/// </summary>
[HtmlTargetElement("form-field", Attributes = "name,label")]
public sealed class FormFieldTagHelper : TagHelper
{
    private const string Select = "select";
    private const string TextArea = "textarea";
    private const string Radio = "radio";
    private const string Checkbox = "checkbox";

    /// <summary>Several checkboxes with the same name.</summary>
    private const string Checkboxes = "checkboxes";

    /// <summary>Several controls under one legend. The controls are the child content.</summary>
    private const string Group = "group";

    private static readonly string[] InputTypes = ["text", "email", "tel", "password", "search", "datetime-local"];

    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>The name in the form data.</summary>
    public string Name { get; set; } = "";

    /// <summary>Id of the control, or of the first of several. Null uses the name in lowercase.</summary>
    public string? Id { get; set; }

    public string Label { get; set; } = "";

    /// <summary>Empty means no hint. Razor renders null as empty text.</summary>
    public string Hint { get; set; } = "";

    /// <summary>
    /// The type of an input, or <c>select</c>, <c>textarea</c>, <c>radio</c>, <c>checkbox</c>, <c>checkboxes</c> or <c>group</c>.
    /// </summary>
    public string Type { get; set; } = "text";

    /// <summary>The current value or selected option. The value of a password field is never rendered.</summary>
    public string Value { get; set; } = "";

    /// <summary>The values of the checkboxes that are checked.</summary>
    public IEnumerable<string> Values { get; set; } = [];

    /// <summary>Whether a single checkbox is checked. The posted value is <see cref="Value"/>.</summary>
    public bool Checked { get; set; }

    public IEnumerable<FormChoice> Choices { get; set; } = [];

    /// <summary>CSS class of an element around the choices, or around the control and the child content.</summary>
    public string? RowClass { get; set; }

    /// <summary>False in a form that was not submitted, when another form of the page has a field of the same name.</summary>
    public bool ShowsErrors { get; set; } = true;

    private string ControlId => Id ?? Name.ToLowerInvariant();

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        (Choices, Values) = ([.. Choices], Values.ToHashSet());
        if (ShowsErrors)
        {
            FormFields.Of(ViewContext.HttpContext).Add(Name, ControlId);
        }

        var error = ShowsErrors ? FormFields.ErrorOf(ViewContext.ViewData.ModelState, Name) : null;
        var hasHint = Hint.Length > 0;
        var describedBy = (hasHint, error) switch
        {
            (false, null) => null,
            (true, null) => $"{ControlId}-hint",
            (false, not null) => $"{ControlId}-error",
            _ => $"{ControlId}-hint {ControlId}-error",
        };
        var control = new TagHelperAttributeList(output.Attributes);
        var content = await output.GetChildContentAsync();
        var isFieldset = Type is Radio or Checkboxes or Group;
        output.TagName = isFieldset ? "fieldset" : "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.Clear();
        output.Attributes.SetAttribute("class", error is null ? "field" : "field invalid");
        if (isFieldset)
        {
            // A group of controls has one description. ARIA does not support aria-invalid on a group.
            SetAttribute(output.Attributes, "aria-describedby", describedBy);
        }
        else
        {
            SetAttribute(control, "aria-describedby", describedBy);
            SetAttribute(control, "aria-invalid", error is null ? null : "true");
        }

        if (Type != Checkbox)
        {
            output.Content.AppendHtml(isFieldset ? Element("legend", [], Text(Label)) : LabelOf(ControlId, Label)).AppendHtml("\n");
        }

        if (hasHint)
        {
            output.Content.AppendHtml(Element("p", [new("class", "hint"), new("id", $"{ControlId}-hint")], Text(Hint))).AppendHtml("\n");
        }

        if (error is not null)
        {
            var prefix = Element("span", [new("class", "hidden")], Text(Localize($"Error:")));
            var message = new HtmlContentBuilder().AppendHtml(prefix).Append(" ").Append(error);
            output.Content.AppendHtml(Element("p", [new("class", "error"), new("id", $"{ControlId}-error")], message)).AppendHtml("\n");
        }

        if (Type == Checkboxes)
        {
            output.Content.AppendHtml(CheckboxesOf(control)).AppendHtml(content);
        }
        else
        {
            output.Content.AppendHtml(
                RowOf(new HtmlContentBuilder().AppendHtml(ControlOf(control)).AppendHtml("\n").AppendHtml(content)));
        }
    }

    private IHtmlContent RowOf(IHtmlContent content) => RowClass is null ? content : Element("div", [new("class", RowClass)], content);

    /// <summary>A group of checkboxes can be opened, and is open when one of them is checked.</summary>
    private HtmlContentBuilder CheckboxesOf(TagHelperAttributeList attributes)
    {
        var first = Choices.FirstOrDefault();
        return Many(Choices.GroupBy(choice => choice.Group).Select(group =>
        {
            var row = RowOf(Many(group.Select(choice => ChoiceOf(
                Checkbox,
                choice == first ? ControlId : $"{ControlId}-{choice.Value}",
                choice,
                Values.Contains(choice.Value),
                attributes))));
            var isOpen = group.Any(choice => Values.Contains(choice.Value));
            return group.Key is null ? row : Element(
                "details",
                isOpen ? [new("open")] : [],
                Many([Element("summary", [], Text($"{group.Key} ({group.Count()})")), row]));
        }));
    }

    private IHtmlContent ControlOf(TagHelperAttributeList attributes) => Type switch
    {
        Group => HtmlString.Empty,
        Radio => Many(Choices.Select((choice, i) =>
            ChoiceOf(Radio, i == 0 ? ControlId : $"{ControlId}-{i + 1}", choice, choice.Value == Value, attributes))),
        Checkbox => ChoiceOf(Checkbox, ControlId, new FormChoice(Value, Label), Checked, attributes),
        Select => Element(Select, [new("id", ControlId), new("name", Name), .. attributes], Many(Options())),
        // The HTML parser drops a leading line feed, so an additional one is written.
        TextArea => Element(
            TextArea, [new("id", ControlId), new("name", Name), .. attributes], new HtmlContentBuilder().AppendHtml("\n").Append(Value)),
        _ when InputTypes.Contains(Type) => InputOf(attributes),
        _ => throw new InvalidOperationException($"The field {Name} has the type {Type}, which no field has."),
    };

    private HtmlContentBuilder InputOf(TagHelperAttributeList attributes)
    {
        TagHelperAttributeList own = [new("id", ControlId), new("name", Name)];
        SetAttribute(own, "type", Type == "text" ? null : Type);
        SetAttribute(own, "value", Type == "password" || Value.Length == 0 ? null : Value);
        return Element("input", [.. own, .. attributes]);
    }

    private HtmlContentBuilder ChoiceOf(string type, string id, FormChoice choice, bool isChosen, TagHelperAttributeList attributes)
    {
        TagHelperAttributeList own = [new("type", type), new("id", id), new("name", Name), new("value", choice.Value)];
        SetAttribute(own, "checked", isChosen ? "checked" : null);
        var input = new HtmlContentBuilder()
            .AppendHtml(Element("input", [.. own, .. attributes])).AppendHtml("\n").AppendHtml(LabelOf(id, choice.Label));
        return Element("div", [new("class", "choice")], input);
    }

    private IEnumerable<IHtmlContent> Options() => Choices.GroupBy(choice => choice.Group).SelectMany(group => group.Key is null
        ? group.Select(OptionOf)
        : [Element("optgroup", [new("label", group.Key)], Many(group.Select(OptionOf)))]);

    private IHtmlContent OptionOf(FormChoice choice)
    {
        TagHelperAttributeList own = [new("value", choice.Value)];
        SetAttribute(own, "selected", Value.Length > 0 && choice.Value == Value ? "selected" : null);
        return Element("option", own, Text(choice.Label));
    }

    private static HtmlContentBuilder LabelOf(string id, string label) => Element("label", [new("for", id)], Text(label));

    private static HtmlContentBuilder Many(IEnumerable<IHtmlContent> parts)
    {
        var all = new HtmlContentBuilder();
        foreach (var part in parts)
        {
            all.AppendHtml(part).AppendHtml("\n");
        }

        return all;
    }

    private static HtmlContentBuilder Text(string text)
    {
        var content = new HtmlContentBuilder();
        content.Append(text);
        return content;
    }

    private static void SetAttribute(TagHelperAttributeList attributes, string name, string? value)
    {
        if (value is not null)
        {
            attributes.SetAttribute(name, value);
        }
    }

    /// <param name="content">Null for a void element without an end tag.</param>
    private static HtmlContentBuilder Element(string name, TagHelperAttributeList attributes, IHtmlContent? content = null)
    {
        var element = new HtmlContentBuilder();
        element.AppendHtml("<" + name);
        foreach (var attribute in attributes)
        {
            element.AppendHtml(" ").AppendHtml(attribute);
        }

        element.AppendHtml(">");
        if (content is not null)
        {
            element.AppendHtml(content).AppendHtml($"</{name}>");
        }

        return element;
    }
}
