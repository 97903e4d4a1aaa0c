import 'package:kippu_flutter/actions/index.dart';

/// Finds published events that are not over: words of `text`, a whole `category`, or all where both are empty.
///
/// `cursor` is `next` of the page before, empty for the first. Returns `events`, 20 a page, and `next`, which is null at the
/// end; or `ok: false` with `error`.
Future<dynamic> findEvents(String? text, String? category, String? cursor) => callKippu(
      'searchEvents',
      {'text': text, 'category': category, 'cursor': cursor},
    );
