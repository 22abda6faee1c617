namespace PhysioSite.Features.Shared.Forms;

/// <summary>One option of a select, radio buttons or checkboxes.</summary>
public sealed record FormChoice(string Value, string Label);
