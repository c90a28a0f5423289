using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;

namespace Quorate.Node.Storage.Loading;

/// <summary>Takes what <see cref="LogStore.TryLoad"/> read: the key's entry as it is now, which may be a newer one.</summary>
/// <param name="verdict"><see cref="Verdict.Answered"/>; or <see cref="Verdict.Unfit"/>, and there is no entry.</param>
/// <param name="entry">Good during the call.</param>
/// <param name="position">Where it is in the log.</param>
public delegate void Loaded(Verdict verdict, in Entry entry, long position);
