/// What the screen says of a purchase, by its `guidance`. Empty where there is nothing to say.
String guidanceText(String? guidance) {
  switch (guidance) {
    case 'pay':
      return 'お支払いをまだ確認できていません。続けるには、お支払いページをもう一度開いてください';
    case 'closing':
      return 'お支払いページを閉じています。しばらくお待ちください';
    case 'pay_at_store':
      return 'コンビニでのお支払いをお待ちしています';
    case 'ready':
      return 'ご購入が完了しました';
    case 'start_again':
      return 'お支払いは完了していません。もう一度お手続きください';
    case 'refunding':
      return '返金のお手続き中です。お手続きは必要ありません';
    case 'refunded':
      return '返金しました。明細への反映には数日かかることがあります';
    case 'revoked':
      return '返金などにより、この購入は取り消されました';
    default:
      return '';
  }
}
