import 'dart:async';

import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:firebase_auth/firebase_auth.dart';
import 'package:flutter/material.dart';

/// Opens what a store offers the customer, at once and without notifications. It has no look itself.
///
/// `onAward` navigates to the page that asks 「ポイントを獲得しますか？」. It listens for whoever is signed in, and goes on
/// after errors.
class PendingAwardListener extends StatefulWidget {
  const PendingAwardListener({super.key, this.width, this.height, required this.onAward});

  final double? width;
  final double? height;
  final Future Function(String awardId) onAward;

  @override
  State<PendingAwardListener> createState() => _PendingAwardListenerState();
}

class _PendingAwardListenerState extends State<PendingAwardListener> {
  static const _againAfter = Duration(seconds: 10);
  static const _tokenWithin = Duration(seconds: 5);

  StreamSubscription<User?>? _signIns;
  StreamSubscription<QuerySnapshot<Map<String, dynamic>>>? _awards;
  Timer? _later;
  User? _me;
  QuerySnapshot<Map<String, dynamic>>? _newest;
  final _opened = <String>{};

  @override
  void initState() {
    super.initState();
    _signIns = FirebaseAuth.instance.authStateChanges().listen(_follow, onError: (Object _) {});
  }

  @override
  void dispose() {
    _signIns?.cancel();
    _stop();
    super.dispose();
  }

  void _follow(User? user) {
    final same = user?.uid == _me?.uid;
    _me = user;
    if (!same) _listen();
  }

  void _stop() {
    _later?.cancel();
    _awards?.cancel();
    _awards = null;
    _newest = null;
  }

  void _listen() {
    _stop();
    final me = _me;
    if (me == null) return;
    _awards = FirebaseFirestore.instance
        .collection('point_awards')
        .where('userId', isEqualTo: me.uid)
        .where('status', isEqualTo: 'pending')
        .orderBy('createdAt', descending: true)
        .limit(5)
        .snapshots(includeMetadataChanges: true)
        .listen((pending) => _open(me, pending), onError: (Object _) => _listenLater(), onDone: _listenLater);
  }

  void _listenLater() {
    _stop();
    _later = Timer(_againAfter, _listen);
  }

  /// The newest that has not lapsed. Once it is answered, the query changes and the next one has its turn.
  Future<void> _open(User me, QuerySnapshot<Map<String, dynamic>> pending) async {
    // What the phone remembers may have been answered since.
    if (pending.metadata.isFromCache) return;
    _newest = pending;
    if (pending.docs.isEmpty) return;
    final past = await _past(me);
    // Meanwhile more may have been told, or somebody else have signed in.
    if (!mounted || !identical(pending, _newest)) return;
    for (final award in pending.docs) {
      final expiresAt = award.data()['expiresAt'];
      if (past != null && expiresAt is Timestamp && expiresAt.compareTo(past) <= 0) continue;
      if (_opened.add(award.id)) await widget.onAward(award.id);
      return;
    }
  }

  /// A time that is past for certain: when the server made the ID token, at most an hour ago.
  ///
  /// The phone's clock may be wrong, and would hide an offer that is good. What has lapsed within the hour is opened, and
  /// its page finds that out.
  Future<Timestamp?> _past(User me) async {
    try {
      final issuedAt = (await me.getIdTokenResult().timeout(_tokenWithin)).issuedAtTime;
      return issuedAt == null ? null : Timestamp.fromDate(issuedAt);
    } catch (_) {
      // Without a token nothing is known to have lapsed.
      return null;
    }
  }

  @override
  Widget build(BuildContext context) => const SizedBox.shrink();
}
