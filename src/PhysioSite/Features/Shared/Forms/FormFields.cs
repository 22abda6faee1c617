using Microsoft.AspNetCore.Mvc.ModelBinding;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Shared.Forms;

/// <param name="Id">Id of the element that receives focus from a link to the error. Null if the page has no such element.</param>
/// <param name="IsOfAField">False for an error of the whole form.</param>
public sealed record FormError(string? Id, string Message, bool IsOfAField);

/// <summary>The fields rendered on the current page, in their order. <c>ModelState</c> does not preserve an order.</summary>
public sealed class FormFields
{
    private readonly List<(string Name, string Id, bool IsField)> _shown = [];

    /// <summary>Whether more than one field has been rendered so far. A layout is rendered after its page.</summary>
    public bool AreMany => _shown.Count > 1;

    public static FormFields Of(HttpContext context)
    {
        if (context.Items[typeof(FormFields)] is not FormFields fields)
        {
            context.Items[typeof(FormFields)] = fields = new FormFields();
        }

        return fields;
    }

    /// <summary>The message shown at a field: the first one if there are several.</summary>
    public static string? ErrorOf(ModelStateDictionary modelState, string name) =>
        modelState.TryGetValue(name, out var entry) && entry.Errors.Count > 0 ? MessageOf(entry.Errors[0]) : null;

    /// <param name="name">The key of the field's errors in <c>ModelState</c>.</param>
    /// <param name="id">Id of the element that receives focus from a link in the error summary.</param>
    /// <param name="isField">False for a button. A button has no message of its own. Its errors are those of the whole form.</param>
    public void Add(string name, string id, bool isField = true) => _shown.Add((name, id, isField));

    /// <summary>All errors, in the order of the fields. Errors of keys that are not rendered on the page come first.</summary>
    public IReadOnlyList<FormError> Errors(ModelStateDictionary modelState)
    {
        var names = _shown.Select(field => field.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. modelState.Where(entry => !names.Contains(entry.Key))
                .SelectMany(entry => entry.Value!.Errors)
                .Select(error => new FormError(null, MessageOf(error), IsOfAField: false)).Distinct(),
            .. from field in _shown.DistinctBy(field => field.Name.ToUpperInvariant())
            let message = ErrorOf(modelState, field.Name)
            where message is not null
            select new FormError(field.Id, message!, field.IsField),
        ];
    }

    /// <summary>An exception in a model binder has no message for users.</summary>
    private static string MessageOf(ModelError error) =>
        error.ErrorMessage.Length > 0 ? error.ErrorMessage : Localize($"A value cannot be read");
}
