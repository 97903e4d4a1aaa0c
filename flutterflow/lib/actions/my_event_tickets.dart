import 'package:kippu_flutter/actions/index.dart';

/// The user's tickets: `coming` and `past`, in pages. `cursor` is that of the page before, empty for the first.
///
/// Returns them with `cursor`, which is null at the end; or `ok: false` with `error`.
Future<dynamic> myEventTickets(String? cursor) => callKippu('getUserTickets', {'cursor': cursor});
