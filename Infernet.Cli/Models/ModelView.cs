using System.Globalization;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Models;

/// <summary>Shows models to people.</summary>
internal static class ModelView
{
    public static void Write(Terminal terminal, IReadOnlyList<ModelStatus> models)
    {
        var sheet = new Sheet("MODEL", "STATE", ">SIZE", "KIND", ">CONTEXT", ">TOKENS/S", "CID");
        foreach (ModelStatus model in models)
        {
            sheet.Add(
                terminal.OutInk.Safe(model.Alias),
                SheetCell.State(model.State),
                Units.Bytes(model.SizeBytes),
                terminal.OutInk.Safe($"{model.Architecture ?? "-"} {model.Quantization}".TrimEnd()),
                model.ContextLength is { } context ? Units.Count(context) : "-",
                model.TokensPerSecond?.ToString("N0", CultureInfo.InvariantCulture) ?? "-",
                SheetCell.Dim(model.Cid));
        }

        terminal.Out.Write(sheet.Render(terminal.OutInk, terminal.Width()));
        foreach (ModelStatus model in models.Where(m => m.Detail is not null))
        {
            terminal.Out.WriteLine(terminal.OutInk.Safe($"{model.Alias}: {model.Detail}"));
        }
    }
}
