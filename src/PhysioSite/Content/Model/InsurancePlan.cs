namespace PhysioSite.Content.Model;

/// <summary>A kind of insurance or a plan that clinics accept.</summary>
public sealed record InsurancePlan(string Id, string Name);
