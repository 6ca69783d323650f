namespace Infernet.Execution.Generation;

/// <summary>
/// A piece of a text that is being generated. Text that may turn out to be part of a stop text, or half a character,
/// is held back, and so is what comes within milliseconds of the last piece: a piece may stand for several tokens. Only
/// the last piece has <see cref="Result"/>.
/// </summary>
/// <param name="Text">Whole characters; may be empty.</param>
/// <param name="TokenIds">The tokens that were drawn since the last piece.</param>
/// <param name="Result">The whole outcome, with the last piece.</param>
public sealed record GenerationDelta(string Text, IReadOnlyList<int> TokenIds, GenerationResult? Result = null);
