namespace PhysioSite.Features.Shared.Forms;

/// <summary>One option of a select, radio buttons or checkboxes.</summary>
/// <param name="Group">
/// The label of its group in a long list, for options of a select and for checkboxes.
/// </param>
public sealed record FormChoice(string Value, string Label, string? Group = null);
