namespace Infernet.Core.Api;

/// <summary>Names of the local API's own headers.</summary>
public static class ApiHeaders
{
    /// <summary>A sentence on what a list does not show; absent where it shows all.</summary>
    public const string LeftOut = "Infernet-Left-Out";
}
