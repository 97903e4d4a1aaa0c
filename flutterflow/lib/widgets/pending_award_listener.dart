import 'dart:async';

import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:firebase_auth/firebase_auth.dart';
import 'package:flutter/material.dart';

class PendingAwardListener extends StatefulWidget {
  const PendingAwardListener({super.key, this.width, this.height, required this.onAward});

  final double? width;
  final double? height;
  final Future Function(String awardId) onAward;

  @override
  State<PendingAwardListener> createState() => _PendingAwardListenerState();
}

class _PendingAwardListenerState extends State<PendingAwardListener> {
  StreamSubscription<QuerySnapshot<Map<String, dynamic>>>? _awards;
  final _opened = <String>{};

  @override
  void initState() {
    super.initState();
    final me = FirebaseAuth.instance.currentUser?.uid;
    if (me == null) return;
    _awards = FirebaseFirestore.instance
        .collection('point_awards')
        .where('userId', isEqualTo: me)
        .where('status', isEqualTo: 'pending')
        .orderBy('createdAt', descending: true)
        .limit(5)
        .snapshots()
        .listen(_open, onError: (Object _) {});
  }

  @override
  void dispose() {
    _awards?.cancel();
    super.dispose();
  }

  /// The newest that has not lapsed. Once it is answered, the query changes and the next one has its turn.
  void _open(QuerySnapshot<Map<String, dynamic>> pending) {
    final now = DateTime.now();
    for (final award in pending.docs) {
      final expiresAt = (award.data()['expiresAt'] as Timestamp).toDate();
      if (now.isBefore(expiresAt) && _opened.add(award.id)) {
        widget.onAward(award.id);
        return;
      }
    }
  }

  @override
  Widget build(BuildContext context) => const SizedBox.shrink();
}
